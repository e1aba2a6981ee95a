import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { run } from '../../../background/index.ts'
import { createLogger } from '../../../framework/logger.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { startServerWith } from '../../support/server.ts'

const engine = useEngine()

/** Pages of the smallest queue of notifications that a server can be given. */
const PAGES = 64

/** Somebody listens and does not hear, so that what is said stays in the queue until there is no room for more. */
async function fill(url: string): Promise<void> {
  const [deaf, speaker] = [new pg.Client(url), new pg.Client(url)]
  for (const client of [deaf, speaker]) await client.connect()
  onTestFinished(async () => void (await Promise.all([deaf.end(), speaker.end()])))
  await deaf.query('listen elsewhere')
  await deaf.query('begin; select 1')
  let refusal = ''
  while (refusal === '')
    await speaker.query(`select pg_notify('elsewhere', repeat('x', 7900))`).catch(error => {
      refusal = error.message
    })
  expect(refusal).toContain('too many notifications')
}

test('with no room for notifications jobs are scheduled and run all the same', async ({ skip }) => {
  if (Number(await engine().value('show server_version_num')) < 170_000)
    skip('how many notifications there is room for can be set since PostgreSQL 17')
  const server = await startServerWith({ fsync: 'off', max_notify_queue_pages: PAGES })
  onTestFinished(() => server.end())
  const ran: string[] = []
  const runner = await run({
    ...{ url: server.url, logger: createLogger({ level: 'silent' }) },
    tasks: { A: (_: object, { id }: { id: string }) => void ran.push(id) },
  })
  onTestFinished(() => runner.stop(0))
  const app = new pg.Client(server.url)
  await app.connect()
  onTestFinished(() => app.end())
  const rests = 'select background.somebody_rests() as rests'
  await eventually(async () => (await app.query(rests)).rows[0].rests)
  await fill(server.url)
  await app.query(`select background.add_job('A')`)
  await runner.schedule({ task: 'A' })
  await eventually(() => ran.length === 2, 20_000)
}, 120_000)
