import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../../background/client/client.ts'
import type { Call, Executor } from '../../framework/executor.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { allOf, Planner } from '../support/engine-plans.ts'
import { manyJobs } from '../support/many-jobs.ts'
import { asking } from './stage.ts'

/**
 * A million jobs that wait and a million that have finished. What pages cost is counted in rows, which are the same on each
 * machine; `npm run dashboard:million` also takes the time, and holds them to it.
 */
const JOBS = 1_000_000
const MEASURES = process.env.KRETES_TEST_MILLION === 'measure'
const TARGET_MS = 1_000
const OVERVIEW_TARGET_MS = 300

const PAGES = [
  ...['/', '/?range=24h', '/jobs', '/jobs?state=completed', '/jobs?state=available', '/jobs?state=retryable'],
  ...['/jobs?state=running', '/jobs?state=discarded', '/jobs?q=task%3ATask7', '/jobs?q=error%3Abank'],
  ...[
    '/jobs?q=payload.to%3Acustomer1900077%40example.com',
    '/jobs?q=key%3Akey-1500000',
    '/jobs/1500000',
    '/jobs/100',
  ],
  ...['/queues', '/queues/queue-3', '/tasks', '/tasks/Task3', '/errors', '/cron', '/workers', '/activity'],
]
/** Whatever is asked, no more rows of a table are looked at. */
const MOST_ROWS = 250_000
const LARGE = /^(job|ready|member|deferred|slot|job_key|finished.*|activity|minute)$/

let database: TestDatabase
let planner: Planner
let client: Client
const calls: Call[] = []

beforeAll(async () => {
  database = await freshDatabase()
  planner = new Planner(database.url)
  await planner.open()
  for (const step of [...manyJobs(JOBS), 'vacuum analyze']) await database.query(step)
  client = new Client({ url: database.url, payloadLimit: 1_048_576 })
  overhear(client.administration.reads)
}, 600_000)
afterAll(async () => {
  await client.close()
  await planner.close()
  await database.drop()
})

test.each(PAGES)('%s does not read more because there are millions', { timeout: 120_000 }, async path => {
  const { get } = asking({ background: client })
  calls.length = 0
  const times = [await timeOf(() => get(path))]
  const asked = [...calls]
  if (MEASURES) {
    for (let again = 0; again < 4; again++) times.push(await timeOf(() => get(path)))
    const best = Math.min(...times)
    console.info(`${path.padEnd(52)} ${best.toFixed(0).padStart(5)} ms`)
    expect(best).toBeLessThan(path === '/' ? OVERVIEW_TARGET_MS : TARGET_MS)
  }
  for (const call of asked) {
    const nodes = allOf(await planner.plan(call, { analyze: true }))
    const read = nodes.filter(({ table = '' }) => LARGE.test(table))
    expect(read.filter(({ type }) => type === 'Seq Scan')).toEqual([])
    const rows = read.reduce((sum, node) => sum + node.rows + node.removed, 0)
    expect(rows, call[0].name).toBeLessThanOrEqual(MOST_ROWS)
  }
})

test('what is not counted to its end says so', async () => {
  const { get } = asking({ background: client })
  for (const path of ['/', '/jobs']) {
    const page = await (await get(path)).text()
    const told = [...page.matchAll(/>(?:all )?([\d,]+)\+[ <]/g)]
    const numbers = told.map(([, number = '']) => Number(number.replaceAll(',', '')))
    expect(numbers).toContain(10_000)
    // those that match a query are counted further
    expect(numbers.filter(number => number > 10_000 && number !== 100_000)).toEqual([])
  }
})

/** Keeps what is asked of the database. */
function overhear(reads: Executor): void {
  const run = reads.run.bind(reads)
  reads.run = (...call) => {
    calls.push(call)
    return run(...call)
  }
}

async function timeOf(ask: () => Promise<Response>): Promise<number> {
  const since = performance.now()
  const answer = await ask()
  await answer.text()
  expect(answer.status).toBe(200)
  return performance.now() - since
}
