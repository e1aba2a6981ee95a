import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { Client } from '../../background/client/client.ts'
import { backgroundConfig } from '../../background/config.ts'
import { migrate } from '../../background/migrate.ts'
import { createRegistry } from '../../background/registry.ts'
import { Worker } from '../../background/worker/worker.ts'
import { Connection } from '../../framework/connection.ts'
import { createLogger } from '../../framework/logger.ts'
import { heapInUse } from '../support/heap.ts'
import { startServerWith, type TestServer } from '../support/server.ts'

/*
 * What a job costs, in numbers that no clock knows: whoever makes it dearer is told here. The limits are what was
 * measured and a little more. The server is one of its own, because it counts what everybody does; pages that are
 * written whole after a checkpoint, and autovacuum, would be counted too and are off.
 */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off', max_wal_size: '4GB' }
const JOBS = 20_000
const MANY = 100_000
const PAYLOAD = { to: 'ann@example.com', subject: 'Hello', body: 'x'.repeat(100) }

let server: TestServer
let admin: pg.Client
let worker: Worker | undefined

beforeAll(async () => {
  server = await startServerWith(SETTINGS)
  await migrate(server.url)
  admin = new pg.Client(server.url)
  await admin.connect()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await worker?.stop(0)
})

afterAll(async () => {
  await admin?.end()
  await server?.end()
})

const number = async (sql: string) => Number(Object.values((await admin.query(sql)).rows[0])[0])
const walBytes = () => number(`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn`)
const commits = () => number('select xact_commit from pg_stat_database where datname = current_database()')
const deadRows = () =>
  number(`select sum(n_dead_tup) from pg_stat_user_tables where schemaname = 'background'`)

async function schedule(jobs: number): Promise<void> {
  const client = new Client({ url: server.url, payloadLimit: 1 << 20 })
  try {
    const batch = Array.from({ length: 10_000 }, () => ({ payload: PAYLOAD }))
    for (let done = 0; done < jobs; done += batch.length) await client.scheduleMany('A', batch)
  } finally {
    await client.close()
  }
}

/** One that nobody listens to. */
async function startWorker(config = {}): Promise<Worker> {
  const registry = createRegistry({ A: async () => {} })
  const logger = createLogger({ level: 'error', format: 'json' })
  worker = new Worker({ url: server.url, config: backgroundConfig.parse(config), registry, logger })
  await worker.start()
  return worker
}

/** Runs all that is there; what a connection has counted is known when it is closed. */
async function drain(config = {}): Promise<void> {
  const worker = await startWorker(config)
  await worker.untilEmpty()
  await worker.stop()
}

/** How much more `measure` says after `work`, for each of `JOBS` jobs. */
async function perJob(measure: () => Promise<number>, work: () => Promise<void>): Promise<number> {
  const before = await measure()
  await work()
  return ((await measure()) - before) / JOBS
}

test('bytes of write-ahead log: 500 to schedule a job of 150 bytes, 550 to run it and keep it, 200 without', async () => {
  expect(await perJob(walBytes, () => schedule(JOBS))).toBeLessThan(515)
  expect(await perJob(walBytes, drain)).toBeLessThan(560)
  await schedule(JOBS)
  expect(await perJob(walBytes, () => drain({ retention: 0 }))).toBeLessThan(200)
})

test('statements, commits and dead rows: few, fewer and two', async () => {
  await schedule(JOBS)
  const run = vi.spyOn(Connection.prototype, 'run')
  const [commitsBefore, deadBefore] = [await commits(), await deadRows()]
  await drain()
  expect(run.mock.calls.length / JOBS).toBeLessThan(0.02)
  expect(((await commits()) - commitsBefore) / JOBS).toBeLessThan(0.02)
  expect(((await deadRows()) - deadBefore) / JOBS).toBeLessThan(2.05)
})

test('a worker that claims one batch after the other looks four times a second for what nobody told of', async () => {
  await schedule(JOBS)
  const asked: { name: string; at: number }[] = []
  const run = Connection.prototype.run
  vi.spyOn(Connection.prototype, 'run').mockImplementation(function (this: Connection, statement, values) {
    asked.push({ name: statement.name, at: performance.now() })
    return run.call(this, statement, values)
  })
  await drain()
  const claims = asked.filter(({ name }) => name === 'background_claim')
  const [from, to] = [claims[0]?.at ?? 0, claims.at(-1)?.at ?? 0]
  const looks = asked.filter(({ name, at }) => name === 'background_look' && at > from && at < to)
  expect(claims.length).toBeGreaterThan(JOBS / 1_000)
  expect(looks.length).toBeLessThanOrEqual((to - from) / 250 + 2)
})

test('the heap of a worker is as large after a hundred thousand jobs as before', async () => {
  const worker = await startWorker()
  await schedule(10_000)
  await worker.untilEmpty()
  const before = heapInUse()
  await schedule(MANY)
  await worker.untilEmpty()
  expect((heapInUse() - before) / 2 ** 20).toBeLessThan(2)
})
