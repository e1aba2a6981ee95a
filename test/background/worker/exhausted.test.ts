import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { run, type Task } from '../../../background/index.ts'
import { createLogger } from '../../../framework/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { startServerWith } from '../../support/server.ts'

const SETTINGS = { fsync: 'off', max_connections: 12, superuser_reserved_connections: 0 }
const TERMINATE = `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'kretes%'`
let server: Awaited<ReturnType<typeof startServerWith>>
beforeAll(async () => {
  server = await startServerWith(SETTINGS)
}, 60_000)
afterAll(() => server?.end())

const held: pg.Client[] = []

/** Takes one more connection; answers with false when there is none. */
async function take(): Promise<boolean> {
  const client = new pg.Client(server.url)
  client.on('error', () => {})
  try {
    await client.connect()
    held.push(client)
    return true
  } catch {
    return false
  }
}

async function takeAll(): Promise<void> {
  while (await take());
}

const giveBack = () => Promise.all(held.splice(0).map(client => client.end()))

test('on a server without a connection left nobody hangs, and all goes on when there are some again', async () => {
  const ran: unknown[] = []
  const pressed: string[] = []
  const told: string[] = []
  const A: Task = (_, { id }) => void ran.push(id)
  const runner = await run({
    ...{ url: server.url, tasks: { A }, logger: createLogger({ level: 'silent' }) },
    events: {
      'worker:pressed': ({ why }) => void pressed.push(why),
      'worker:relieved': () => void told.push('relieved'),
    },
  })
  onTestFinished(async () => {
    await giveBack()
    await runner.stop()
  })
  await runner.schedule({ task: A })
  await eventually(() => ran.length === 1)

  await takeAll()
  await eventually(async () => {
    // again and again: the worker may be quicker than we are to get back what was taken away
    await held[0]?.query(TERMINATE)
    await takeAll()
    // told once, of whichever came first: that a connection was taken away, or that there is none
    return pressed.some(why => /no connection left|terminat/.test(why))
  }, 30_000)
  const since = performance.now()
  await expect(runner.schedule({ task: A })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  expect(performance.now() - since).toBeLessThan(10_000)

  await giveBack()
  await runner.schedule({ task: A })
  await eventually(() => ran.length === 2 && told.length > 0, 30_000)
}, 120_000)
