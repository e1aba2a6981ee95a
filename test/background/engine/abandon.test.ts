import { expect, test } from 'vitest'
import { abandon } from '../../../background/engine/abandon.ts'
import { newId } from '../../../background/id.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

test('everything a claim took is as it was before', async () => {
  const jobs = await engine().enqueue({ priority: 2 }, { priority: 1 })
  const worker = await engine().worker()
  const claim = newId()
  await engine().claim(worker, { claim })
  expect(await abandon(engine().db, worker, [claim])).toBe(2)
  expect((await engine().claim(worker)).map(job => [job.id, job.attempt, job.crashes])).toEqual([
    [jobs[1], 1, 0],
    [jobs[0], 1, 0],
  ])
})

test('so are queues and their slots', async () => {
  const jobs = await engine().enqueue({ queue: 'q' }, { queue: 'q' }, { queue: 'r' })
  const worker = await engine().worker()
  const claim = newId()
  await engine().claimQueues(worker, { claim })
  expect(await abandon(engine().db, worker, [claim, newId()])).toBe(3)
  expect(await engine().value('select count(*)::int from background.slot')).toBe(0)
  const { runs } = await engine().claimQueues(worker)
  expect(runs.flatMap(run => run.jobs.map(job => job.id))).toEqual(jobs)
})

test('a claim that never happened, was abandoned before, or belongs to another worker', async () => {
  await engine().enqueue({})
  const [worker, other] = [await engine().worker(), await engine().worker()]
  const claim = newId()
  expect(await abandon(engine().db, worker, [claim])).toBe(0)
  await engine().claim(worker, { claim })
  expect(await abandon(engine().db, other, [claim])).toBe(0)
  expect(await abandon(engine().db, worker, [claim])).toBe(1)
  expect(await abandon(engine().db, worker, [claim])).toBe(0)
})
