import { expect, test } from 'vitest'
import { NOTHING_TO_CLOSE } from '../../../background/engine/closing.ts'
import { complete } from '../../../background/engine/complete.ts'
import { discardJobs } from '../../../background/engine/discard.ts'
import { logsOf } from '../../../background/engine/logs.ts'
import { retryJobs } from '../../../background/engine/retry.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()
const log = (attempt: number) =>
  `{"attempt":${attempt},"dropped":0,"lines":[{"at":"2026-11-22T08:00:00Z","level":"info","message":"m${attempt}"}]}`
const attempts = async (id: string) => (await logsOf(engine().db, id))?.map(({ attempt }) => attempt)

async function claimOne(worker: string) {
  const [job] = await engine().claim(worker, { limit: 1 })
  return job as NonNullable<typeof job>
}

/** Lets a job fail once, and makes it due again. */
async function failOnce(worker: string, text: string | undefined): Promise<string> {
  const job = await claimOne(worker)
  await engine().fail(worker, [job], { log: text, error: '{"message":"no"}' })
  await retryJobs(engine().db, [job.id])
  return job.id
}

test('of each attempt, until the job is done, and in its history', async () => {
  const [id] = (await engine().enqueue({})) as [string]
  const worker = await engine().worker()
  await failOnce(worker, log(1))
  await failOnce(worker, undefined)
  expect(await logsOf(engine().db, id)).toEqual([
    {
      attempt: 1,
      dropped: 0,
      lines: [{ at: new Date('2026-11-22T08:00:00Z'), level: 'info', message: 'm1', fields: undefined }],
    },
  ])
  const last = await claimOne(worker)
  await engine().complete(worker, [last], { log: log(3) }, closingOf(last))
  expect(await attempts(id)).toEqual([1, 3])
  await retryJobs(engine().db, [id])
  expect(await attempts(id)).toEqual([1, 3])
})

test('a job that ends without a word keeps what it said before', async () => {
  const worker = await engine().worker()
  const [completed] = (await engine().enqueue({})) as [string]
  await failOnce(worker, log(1))
  await engine().complete(worker, [await claimOne(worker)])
  expect(await attempts(completed)).toEqual([1])
  const [discarded] = (await engine().enqueue({})) as [string]
  await failOnce(worker, log(1))
  await discardJobs(engine().db, [discarded], 'no', { keep: 60, byTask: {} })
  expect(await attempts(discarded)).toEqual([1])
})

test.each(['complete_jobs(array[$1::bigint])', 'permanently_fail_jobs(array[$1::bigint])', 'cancel_job($1)'])(
  'a job that %s ends keeps what it said, and has it still when retry_jobs brings it back',
  async verb => {
    const worker = await engine().worker()
    const [id] = (await engine().enqueue({})) as [string]
    await failOnce(worker, log(1))
    await engine().query(`select background.${verb}`, [id])
    expect(await attempts(id)).toEqual([1])
    await engine().query('select background.retry_jobs(array[$1::bigint])', [id])
    expect(await engine().value('select state from background.jobs where id = $1', [id])).toBe('available')
    expect(await attempts(id)).toEqual([1])
  },
)

test('jobs that are completed together, only one of which has logged', async () => {
  const ids = (await engine().enqueue({}, {})) as [string, string]
  const worker = await engine().worker()
  const claimed = await engine().claim(worker)
  const entries = claimed.map(({ claim, id }) => ({
    claim,
    id,
    ms: 1,
    keep: 60,
    log: id === ids[0] ? log(1) : undefined,
  }))
  await engine().db.run(...complete(worker, entries, NOTHING_TO_CLOSE))
  expect(await Promise.all(ids.map(attempts))).toEqual([[1], []])
})

test('the last ten attempts', async () => {
  const [id] = (await engine().enqueue({})) as [string]
  const worker = await engine().worker()
  for (let attempt = 1; attempt <= 12; attempt++) await failOnce(worker, log(attempt))
  expect(await attempts(id)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
})

test('of no job', async () => {
  expect(await logsOf(engine().db, '999')).toBeUndefined()
})
