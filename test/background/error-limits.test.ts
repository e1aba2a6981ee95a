import { afterEach, expect, onTestFinished, test } from 'vitest'
import { Client } from '../../background/client/client.ts'
import { CancelJob, DiscardJob, RetryAt, run, type Task } from '../../background/index.ts'
import { createLogger } from '../../framework/logger.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'

const engine = useEngine()
afterEach(() => engine().query('truncate background.activity'))

/** Megabytes, of characters that take more room as JSON. */
const HUGE = '\u{1f98a}"\n'.repeat(300_000)
const TEN_MEGABYTES = 'x'.repeat(10 * 2 ** 20)
/** What an attempt may leave of its error, and of what it has logged. */
const [ERROR, LOG] = [8_192, 16_384 + 1_024]

class Huge extends Error {
  override name = HUGE
  details = HUGE
}

function huge(): Error {
  const error = new Huge(HUGE, { cause: new AggregateError([new Error(HUGE), HUGE], HUGE, { cause: HUGE }) })
  error.stack = `${HUGE}\n${error.stack}`
  return error
}

const error = (text: string) => {
  throw new Error(text)
}
const thrown: Readonly<Record<string, () => unknown>> = {
  'an error of which everything is huge': () => {
    throw huge()
  },
  'an error with a message of ten megabytes': () => {
    throw new Error(TEN_MEGABYTES)
  },
  'a huge text': () => {
    throw HUGE
  },
  'a huge object': () => {
    throw { message: { toString: () => HUGE }, list: Array.from({ length: 3 }, () => HUGE) }
  },
  'a huge set of errors': () => {
    throw new AggregateError(Array.from({ length: 3 }, () => new Error(HUGE)))
  },
  'a huge reason to cancel': () => {
    throw new CancelJob(HUGE)
  },
  'a huge reason to discard': () => {
    throw new DiscardJob(HUGE, { cause: huge() })
  },
  'a huge reason to try again later': () => {
    throw new RetryAt('1h', { cause: huge() })
  },
}

/** How many bytes the largest values of `column` have, wherever jobs are. */
const largest = (column: 'error' | 'logs' | 'result') =>
  engine().value(`
    select coalesce(max(octet_length(t)), 0)::int from (
      select ${column === 'result' ? 'null' : `${column}::text`} as t from background.job union all
      select ${column}::text from background.finished) all_texts`)

test.each(Object.entries(thrown))('%s leaves no more than a few kilobytes', async (_, fail) => {
  const Fail: Task = (__, { log }) => {
    log.error(HUGE, { why: HUGE, error: huge() })
    return fail() as never
  }
  const lines: string[] = []
  const logger = createLogger({
    level: 'error',
    format: 'json',
    stream: { write: line => void lines.push(line) },
  })
  const runner = await run({ url: engine().url, tasks: { Fail }, logger })
  onTestFinished(() => runner.stop())
  for (const maxAttempts of [1, 2]) await runner.schedule({ task: Fail, payload: {}, maxAttempts })
  await eventually(
    () =>
      engine().value(
        `select (select count(*) from background.finished) + (select count(*) from background.deferred) = 2`,
      ),
    30_000,
  )
  expect(await largest('error')).toBeLessThanOrEqual(ERROR)
  expect(await largest('logs')).toBeLessThanOrEqual(LOG)
  await runner.stop()
})

test('a huge result is not kept', async () => {
  const Talk: Task = () => HUGE as never
  const logger = createLogger({ level: 'silent', format: 'json' })
  const runner = await run({ url: engine().url, tasks: { Talk }, logger })
  onTestFinished(() => runner.stop())
  await runner.schedule({ task: Talk, payload: {} })
  await eventually(() => engine().value('select count(*) = 1 from background.finished'))
  expect(await largest('result')).toBe(0)
  await runner.stop()
})

test('a huge message from SQL is cut, and the more so a reason is refused', async () => {
  const [id] = await engine().enqueue({})
  await engine().query('select background.permanently_fail_jobs($1, $2)', [[id], TEN_MEGABYTES])
  expect(await largest('error')).toBeLessThanOrEqual(4_000 * 4 * 2)
  await expect(engine().query(`select background.pause_queue('q', $1)`, [HUGE])).rejects.toThrow(/reason/)
})

test('what is failed and brought back again and again keeps the last error, and not all of them', async () => {
  const client = new Client({ url: engine().url, payloadLimit: 1_000 })
  onTestFinished(() => client.close())
  const ids = await engine().enqueue({}, {})
  const [here, inSql] = ids as [string, string]
  const message = 'x'.repeat(900)
  for (let round = 0; round < 12; round++) {
    await client.jobs.discard(here, { reason: message } as never)
    await engine().query('select background.permanently_fail_jobs($1, $2)', [[inSql], message])
    await client.jobs.retry(ids)
  }
  expect(await largest('error')).toBeLessThan(2_200)
  expect(await engine().column(`select error -> 'cause' ->> 'name' from background.job`)).toEqual([
    'DiscardJob',
    'DiscardJob',
  ])
})

test('reasons that people give are refused when they are huge, and the log of activities cuts what it is told', async () => {
  const client = new Client({ url: engine().url, payloadLimit: 1_000 })
  onTestFinished(() => client.close())
  const [id] = (await engine().enqueue({})) as [string]
  const refused = { code: 'INVALID_OPTION' }
  await expect(client.jobs.cancel(id, { reason: HUGE } as never)).rejects.toMatchObject(refused)
  await expect(client.jobs.discard(id, { reason: HUGE } as never)).rejects.toMatchObject(refused)
  await expect(client.queues.pause('q', { reason: HUGE })).rejects.toMatchObject(refused)
  const deed = { actor: HUGE, action: 'job.retry', target: HUGE } as const
  await expect(client.activities.record(deed, async () => error(HUGE))).rejects.toThrow()
  expect(
    await engine().value('select max(octet_length(a::text))::int from background.activity a'),
  ).toBeLessThan(16_384)
})
