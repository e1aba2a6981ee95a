import { randomBytes } from 'node:crypto'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { Client } from '../../background/client/client.ts'
import type { CronChanges } from '../../background/engine/cron-sync.ts'
import { run, type Task } from '../../background/index.ts'
import { createLogger } from '../../framework/logger.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'

const engine = useEngine()
afterEach(() => engine().query('truncate background.cron'))
const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const [first, second] = [key('first'), key('second')]
/** Names end in characters that base64 has not: in what is encrypted three letters stand by chance now and then. */
const payload = { user: 'ann@', token: 'hush!' }
const logger = createLogger({ level: 'silent', format: 'json' })

/** A worker with cron entries from its configuration. Answers with what bringing them in has changed. */
async function start(Pay: Task, keys: readonly string[], expression = '@yearly') {
  let synced: CronChanges | undefined
  const cron = [
    { task: 'Pay', expression, payload },
    { task: 'Pay', expression: '@yearly', name: 'nothing' },
    { task: 'Pay', expression: '@yearly', name: 'batch', payload: [{ user: 'bob@' }] },
  ]
  const on = {
    'cron:synced': (changes: CronChanges) => {
      synced = changes
    },
  }
  const encryption = { keys, plain: 'refuse' as const }
  const runner = await run({
    url: engine().url,
    tasks: { Pay },
    logger,
    encryption,
    cron,
    events: on as never,
  })
  onTestFinished(() => runner.stop())
  return { runner, synced: await eventually(() => synced) }
}

const stored = async () =>
  JSON.stringify([
    await engine().query('select payload from background.cron'),
    await engine().query('select payload from background.job'),
    await engine().query('select payload, error, result from background.finished'),
  ])

test('what an entry says is encrypted in its row and in its jobs, and its task reads it with the tick', async () => {
  const got: unknown[] = []
  const { runner } = await start(given => void got.push(given), [first], '* * * * * *')
  await eventually(() => got.length > 0, 10_000)
  await runner.stop()
  expect(got[0]).toEqual({ ...payload, _cron: { ts: expect.any(String), backfilled: false } })
  await eventually(() => engine().value('select count(*) > 0 from background.finished'))
  expect(await stored()).not.toMatch(/ann@|hush!|bob@/)
  expect(await engine().value(`select payload::text from background.cron where name = 'nothing'`)).toBe('{}')
  expect(
    await engine().value(`select payload -> 0 ->> '$encrypted' from background.cron where name = 'batch'`),
  ).toMatch(/^1\.first\./)
})

test('entries from code change with the key that encrypts, and not otherwise', async () => {
  const one = await start(() => {}, [first])
  expect(one.synced.added).toHaveLength(3)
  await one.runner.stop()
  const again = await start(() => {}, [first, second])
  expect(again.synced).toEqual({ added: [], changed: [], removed: [] })
  await again.runner.stop()
  const last = await start(() => {}, [second, first])
  await last.runner.stop()
  expect(last.synced.changed).toEqual(['Pay', 'batch'])
})

test('an entry that is added or changed at run time is encrypted, and keeps its payload', async () => {
  const open = (keys: readonly string[]) => {
    const client = new Client({
      url: engine().url,
      payloadLimit: 1_000,
      encryption: { keys, plain: 'accept' },
    })
    onTestFinished(() => client.close())
    return client
  }
  const { crons, sealing } = open([first])
  await crons.add({ task: 'Pay', expression: '@daily', payload })
  const changed = await crons.change('Pay', { expression: '@hourly', task: 'Refund' })
  expect(await stored()).not.toMatch(/ann@|hush!/)
  expect(sealing?.open('Refund', JSON.parse(changed.payload))).toEqual(payload)
  await expect(open([second]).crons.change('Pay', { cap: 3 })).rejects.toMatchObject({
    code: 'ENCRYPTION_KEY_MISSING',
  })
  await open([second]).crons.change('Pay', { payload: { user: 'bob@' } })
  expect(await stored()).toMatch(/1\.second\./)
})
