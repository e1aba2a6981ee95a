import { expect, test } from 'vitest'
import { find } from '../../../background/engine/find.ts'
import { removeJobs } from '../../../background/engine/remove.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { standingsOf } from '../../support/standings.ts'

const engine = useEngine()

async function remove(...ids: string[]) {
  return standingsOf(await removeJobs(engine().db, ids))
}

test('nothing is left of a job that waited or had finished', async () => {
  const [a, b, c] = (await engine().enqueue({}, { queue: 'q' }, { delay: 60_000 })) as [
    string,
    string,
    string,
  ]
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await engine().complete(worker, jobs, {}, closingOf(...jobs))
  expect(await find(engine().db, a)).toMatchObject({ state: 'completed' })
  expect(await remove(a, b, c)).toEqual({ [a]: 'done', [b]: 'done', [c]: 'done' })
  for (const id of [a, b, c]) expect(await find(engine().db, id)).toBeUndefined()
  expect(await remove(a)).toEqual({ [a]: 'missing' })
})

test('its key is free', async () => {
  const id = await engine().keyed({})
  await remove(id)
  expect(await engine().value('select count(*)::int from background.job_key')).toBe(0)
})

test('a running job is left to its worker', async () => {
  const [id] = (await engine().enqueue({})) as [string]
  await engine().claim(await engine().worker())
  expect(await remove(id)).toEqual({ [id]: 'running' })
  expect(await find(engine().db, id)).toMatchObject({ state: 'running' })
})
