import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { type RunOptions, run, secret, type Task, task } from '../../background/index.ts'
import { createLogger } from '../../framework/logger.ts'
import { expectConsistent, useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'

const engine = useEngine()
const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const [first, second] = [key('first'), key('second')]
/** Names end in characters that base64 has not: in what is encrypted three letters stand by chance now and then. */
const payload = { user: 'ann@', big: 'x'.repeat(5_000), token: 'hush!' }

/** A runner with these keys, and what its log says. */
async function start(tasks: RunOptions['tasks'], options: Partial<RunOptions> = {}) {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  const logger = createLogger({ level: 'trace', format: 'json', stream })
  const encryption = { keys: [first] }
  const runner = await run({ url: engine().url, tasks, logger, encryption, ...options })
  onTestFinished(async () => {
    await runner.stop()
    await expectConsistent(engine())
  })
  return { runner, lines }
}

/** All that the database has of jobs, as text. */
const stored = async () =>
  JSON.stringify([
    await engine().query('select * from background.job'),
    await engine().query('select * from background.finished'),
  ])

const states = () => engine().column('select state::int from background.finished order by id')
const left = () => engine().value('select count(*)::int from background.job')

test('a payload is in the clear nowhere but in its task', async () => {
  const got: unknown[] = []
  const Pay: Task<typeof payload> = given => void got.push(given)
  const { runner } = await start({ Pay })
  await runner.schedule({ task: Pay, payload, in: '1h' })
  expect(await stored()).toMatch(/"\$encrypted":"1\.first\./)
  await runner.schedule({ task: Pay, payload })
  await eventually(() => got.length === 1)
  await eventually(async () => (await states()).length === 1)
  expect(got).toEqual([payload])
  expect(await stored()).not.toMatch(/hush!|ann@/)
})

test('jobs of the old key run while the new one encrypts, and without a key they wait unharmed', async () => {
  const got: unknown[] = []
  const Pay: Task<{ n: number }> = given => void got.push(given)
  const { runner: before } = await start({}, { tasks: { Other: () => {} } })
  await before.schedule({ task: 'Pay', payload: { n: 1 } })
  await before.stop()

  const { runner: without, lines } = await start({ Pay }, { encryption: { keys: [second] } })
  const [waiting] = await eventually(async () => {
    const rows = await engine().query('select attempt, error from background.job where error is not null')
    return rows.length > 0 ? rows : undefined
  })
  expect(waiting).toMatchObject({ attempt: 0, error: { message: expect.stringMatching(/key first/) } })
  expect(lines.join()).toMatch(/job could not begin/)
  await without.stop()

  const { runner } = await start({ Pay }, { encryption: { keys: [second, first] } })
  await runner.schedule({ task: Pay, payload: { n: 2 } })
  expect(await stored()).toMatch(/1\.second\./)
  await engine().query(`update background.job set run_at = now() where attempt = 0`)
  await engine().query(`update background.deferred set run_at = now()`)
  await eventually(async () => (await left()) === 0, 30_000)
  expect(got).toHaveLength(2)
  expect(got).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]))
})

test('a worker without any key does not run what is encrypted', async () => {
  const got: unknown[] = []
  const Pay: Task = given => void got.push(given)
  const { runner } = await start({ Other: () => {} })
  await runner.schedule({ task: 'Pay', payload: { n: 1 } })
  await runner.stop()
  await start({ Pay }, { encryption: undefined })
  await eventually(() => engine().value('select error from background.job'))
  expect(got).toEqual([])
})

test('batches are encrypted item by item: they are put together, and only what failed comes again', async () => {
  const got: unknown[] = []
  const Batch = task({
    backoff: 1,
    run: (items: { n: number }[], { attempt }) => {
      got.push(items)
      return items.map(({ n }) => (n === 2 && attempt === 1 ? Promise.reject(new Error('two')) : n))
    },
  })
  const { runner } = await start({ Batch })
  for (const n of [1, 2, 3]) await runner.schedule({ task: Batch, payload: [{ n }], key: 'k', in: '1h' })
  expect(await stored()).not.toMatch(/"n":/)
  await engine().query('update background.job set run_at = now()')
  await engine().query('update background.deferred set run_at = now()')
  await runner.schedule({ task: Batch, payload: [{ n: 4 }] })
  await eventually(async () => (await states()).length === 2, 30_000)
  expect(got).toEqual(expect.arrayContaining([[{ n: 1 }, { n: 2 }, { n: 3 }], [{ n: 2 }], [{ n: 4 }]]))
})

test('a payload that was moved to another task fails, and does not run', async () => {
  const got: unknown[] = []
  const [Pay, Refund]: Task[] = [() => {}, given => void got.push(given)]
  const { runner } = await start({ Refund } as never)
  const { id } = await runner.schedule({ task: 'Pay', payload: { n: 1 }, in: '1h' })
  expect(Pay).toBeDefined()
  await engine().query(
    `with now as (delete from background.deferred)
    update background.job set task = 'Refund', max_attempts = 1, run_at = now() where id = $1`,
    [id],
  )
  await engine().query(`insert into background.ready select id, run_at, priority, lane from background.job`)
  await eventually(async () => (await states()).length === 1, 30_000)
  expect(await engine().value(`select error->>'message' from background.finished`)).toMatch(
    /cannot be opened/,
  )
  expect(got).toEqual([])
})

const addPlain = () => engine().query(`select background.add_job('Pay', '{"n":1}')`)

test('plain payloads from SQL are accepted, or refused where the configuration says so', async () => {
  const got: unknown[] = []
  const Pay: Task = given => void got.push(given)
  const { runner } = await start({ Pay })
  await addPlain()
  await eventually(async () => (await states()).length === 1)
  await runner.stop()
  await start({ Pay }, { encryption: { keys: [first], plain: 'refuse' } })
  await addPlain()
  await engine().query(`select background.add_job('Pay')`)
  await eventually(async () => (await states()).length === 3)
  expect((await states()).sort()).toEqual([1, 1, 3])
  expect(got).toEqual([{ n: 1 }, {}])
})

test('secrets are found in logs and errors of encrypted payloads too', async () => {
  const Pay = task({
    payload: z.object({ token: secret(z.string()) }),
    maxAttempts: 1,
    run({ token }, { log }) {
      log.info(`with ${token}`)
      throw new Error(`no ${token}`)
    },
  })
  const { runner, lines } = await start({ Pay })
  await runner.schedule({ task: Pay, payload: { token: 'hushhush' } })
  await eventually(async () => (await states()).length === 1)
  expect(lines.join() + (await stored())).not.toMatch(/hushhush/)
})

test('a payload that is changed or copied is encrypted again, and one that was only read stays readable', async () => {
  const got: unknown[] = []
  const Pay = task({ payload: z.object({ n: z.int() }), run: given => void got.push(given) })
  const { runner } = await start({ Pay })
  const { id } = await runner.schedule({ task: Pay, payload: { n: 1 }, in: '1h' })
  const { jobs } = runner
  const seen = (await jobs.get(id)).payload
  expect(seen).toEqual({ $encrypted: expect.stringMatching(/^1\.first\./) })
  await runner.schedule({ task: Pay, payload: seen as never })
  await jobs.reschedule(id, { payload: { n: 2 }, in: 0 })
  await eventually(() => got.length === 2)
  expect(got).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]))
  expect(await stored()).not.toMatch(/"n":/)
  await expect(jobs.reschedule([id], { payload: {} })).rejects.toThrow(/one job at a time|several jobs/)
})
