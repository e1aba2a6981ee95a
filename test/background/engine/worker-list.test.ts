import { expect, test } from 'vitest'
import { listWorkers } from '../../../background/engine/worker-list.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

test('workers, what they have, and whether they live', async () => {
  const a = await engine().worker()
  const b = await engine().worker()
  await engine().enqueue({}, {})
  await engine().claim(a)
  await engine().expire(b)
  const workers = await listWorkers(engine().db)
  expect(workers.map(worker => worker.id).sort()).toEqual([a, b].sort())
  expect(workers.find(worker => worker.id === a)).toMatchObject({
    ...{
      name: 'test',
      host: 'here',
      pid: 1,
      version: '1',
      concurrency: 10,
      tasks: ['A'],
      alive: true,
      claimed: 2,
    },
  })
  expect(workers.find(worker => worker.id === b)).toMatchObject({ alive: false, claimed: 0 })
})

test('none is none', async () => {
  expect(await listWorkers(engine().db)).toEqual([])
})
