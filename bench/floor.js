/** What PostgreSQL can do at all, from one Node process, with nothing of a queue but the statement at its heart. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { closedLoop, durationFor } from './callers.js'
import { sampleSize } from './cases/latency-idle.js'
import { now } from './clock.js'
import { chunks, payload } from './jobs.js'
import { openShop } from './shop.js'
import { percentiles } from './statistics.js'

const BATCH = 500
const INSERTERS = 50

const READY = `
create table ready (
  id bigint generated always as identity, run_at timestamptz not null default now(),
  priority smallint not null default 0, lane smallint not null default 0, payload json not null);
create index on ready (lane, priority, run_at, id)`
const INSERT = 'insert into ready (payload) select * from json_array_elements($1::json)'
const DELETE = `
delete from ready where ctid = any (array(
  select ctid from ready where lane = 0 and run_at <= now() order by priority, run_at, id limit ${BATCH}
  for update skip locked))
returning id, payload::text`

/** A plan for a table that is empty now and full later: our engine's sessions are told the same. */
const SESSION =
  '-c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c plan_cache_mode=force_generic_plan'

/** `DELETE … RETURNING` of 500 with SKIP LOCKED in a loop, on one connection: jobs that are taken and forgotten. */
async function drain(trial) {
  const client = await connect(trial)
  await client.query(READY)
  for (const batch of batches(trial.jobs)) await client.query(INSERT, [batch])
  const { seconds, count, ...rest } = await trial.measure(() => deleteAll(client))
  await client.end()
  return { values: { rate: count / seconds }, ...rest }
}

/** Inserts of 10,000 rows from one JSON array each. */
async function bulk(trial) {
  const client = await connect(trial)
  await client.query(READY)
  const all = [...batches(trial.jobs)]
  const { seconds, ...rest } = await trial.measure(async () => {
    for (const batch of all) await client.query({ name: 'insert', text: INSERT, values: [batch] })
    return trial.jobs
  })
  await client.end()
  return { values: { rate: trial.jobs / seconds }, ...rest }
}

/** Single rows, each with a commit of its own, from 50 connections. */
async function inserts(trial) {
  const pool = new pg.Pool({ connectionString: trial.target.url, max: INSERTERS })
  await pool.query(READY)
  const text = 'insert into ready (payload) values ($1)'
  const insert = n => pool.query({ name: 'single', text, values: [JSON.stringify(payload(n))] })
  await closedLoop(INSERTERS, 200, insert)
  const { seconds, count, ...rest } = await trial.measure(() =>
    closedLoop(INSERTERS, durationFor(trial.jobs), insert),
  )
  await pool.end()
  return { values: { rate: count / seconds }, ...rest }
}

/** The transaction of the user alone. */
async function transactions(trial) {
  const shop = await openShop(trial.target.url)
  const { seconds, count, ...rest } = await trial.measure(() => shop.sell(durationFor(trial.jobs)))
  await shop.close()
  return { values: { rate: count / seconds }, ...rest }
}

/** From one connection's NOTIFY to the other one's hearing of it. */
async function roundTrips(trial) {
  const [sender, listener] = [await connect(trial), await connect(trial)]
  await listener.query('listen bell')
  const samples = []
  const measured = await trial.measure(async () => {
    for (let n = 0; n < sampleSize(trial.jobs); n++) {
      const heard = new Promise(resolve => listener.once('notification', () => resolve(now())))
      const sent = now()
      await sender.query('notify bell')
      samples.push((await heard) - sent)
      await sleep(2)
    }
    return samples.length
  })
  await Promise.all([sender.end(), listener.end()])
  const { beside, inTime } = measured
  return { values: percentiles(samples), beside, inTime }
}

async function connect(trial) {
  const client = new pg.Client({ connectionString: trial.target.url, options: SESSION })
  await client.connect()
  return client
}

function* batches(count) {
  const all = Array.from({ length: count }, (_, n) => payload(n))
  for (const chunk of chunks(all)) yield JSON.stringify(chunk)
}

async function deleteAll(client) {
  let total = 0
  for (;;) {
    const { rowCount } = await client.query({ name: 'delete', text: DELETE })
    if (rowCount === 0) return total
    total += rowCount
  }
}

/** By the name that cases know them by. */
export const FLOOR = { drain, bulk, inserts, transactions, roundTrips }
