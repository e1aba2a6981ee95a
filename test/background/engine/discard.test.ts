import { expect, test } from 'vitest'
import { discardJobs } from '../../../background/engine/discard.ts'
import { find } from '../../../background/engine/find.ts'
import { useEngine } from '../../support/engine.ts'
import { standingsOf } from '../../support/standings.ts'

const engine = useEngine()

async function discard(ids: readonly string[], keep = 60) {
  return standingsOf(await discardJobs(engine().db, ids, 'the account is gone', { keep, byTask: {} }))
}

test('what waits is discarded, with its last error as the cause', async () => {
  const [id] = (await engine().enqueue({ queue: 'q' })) as [string]
  const worker = await engine().worker()
  const { runs } = await engine().claimQueues(worker)
  const jobs = runs.flatMap(run => run.jobs)
  const end = { claims: jobs.map(job => job.claim), slots: runs }
  await engine().fail(worker, jobs, { error: '{"name":"TypeError","message":"no"}' }, end)
  expect(await discard([id])).toEqual({ [id]: 'done' })
  const error = {
    name: 'DiscardJob',
    message: 'the account is gone',
    cause: { name: 'TypeError', message: 'no' },
  }
  expect(await find(engine().db, id)).toMatchObject({
    state: 'discarded',
    attempt: 1,
    maxAttempts: 25,
    error,
  })
})

test('a job that never failed has no cause, and one that is not to be kept is gone', async () => {
  const [a, b] = (await engine().enqueue({ delay: 60_000 }, {})) as [string, string]
  await discard([a])
  expect((await find(engine().db, a))?.error).toEqual({ name: 'DiscardJob', message: 'the account is gone' })
  expect(await discard([b], 0)).toEqual({ [b]: 'done' })
  expect(await find(engine().db, b)).toBeUndefined()
})

test('a running job is left to its worker, a finished one to history', async () => {
  const [a, b] = (await engine().enqueue({}, { delay: 60_000 })) as [string, string]
  await engine().claim(await engine().worker())
  await discard([b])
  expect(await discard([a, b, '999'])).toEqual({ [a]: 'running', [b]: 'discarded', 999: 'missing' })
  expect(await engine().value('select count(*)::int from background.cancellation')).toBe(0)
})
