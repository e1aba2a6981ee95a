import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'

/** The kernel counts processor time in ticks of 10 ms. */
const TICK_MICROS = 10_000

/**
 * What `server` spends on something, besides time: `const stop = await meter.start()`, then
 * `const settle = await stop()`, and once all clients are gone `await settle()`, because PostgreSQL's
 * counters are complete only then.
 */
export async function openMeter({ kind, target }) {
  if (kind === 'redis') return { start: () => startRedisMeter(target), close: async () => {} }
  const admin = new pg.Client(target.adminUrl)
  await admin.connect()
  return { start: () => startPostgresMeter(admin, target), close: () => admin.end() }
}

async function startRedisMeter({ pid }) {
  const before = serverMicros(pid)
  return async () => {
    const micros = serverMicros(pid) - before
    return async () => ({ serverMicros: micros })
  }
}

async function startPostgresMeter(admin, target) {
  const from = await walPosition(admin)
  const commits = await commitsOf(admin, target)
  const before = serverMicros(target.pid)
  return async () => {
    const micros = serverMicros(target.pid) - before
    const to = await walPosition(admin)
    return async () => ({
      serverMicros: micros,
      ...(await walBetween(admin, from, to)),
      commits: (await commitsOf(admin, target)) - commits,
      deadTuples: await deadTuplesIn(target.url),
    })
  }
}

async function walPosition(admin) {
  const { rows } = await admin.query('select pg_current_wal_insert_lsn()::text as lsn')
  return rows[0].lsn
}

/** Record bytes and full-page images apart: the latter depend on when the last checkpoint was, not on the queue. */
async function walBetween(admin, from, to) {
  const total = await admin.query('select ($2::pg_lsn - $1::pg_lsn)::float8 as bytes', [from, to])
  const split = await admin
    .query(
      'select sum(record_size)::float8 as records, sum(fpi_size)::float8 as images from pg_get_wal_stats($1, $2)',
      [from, to],
    )
    .catch(() => undefined) // a checkpoint has removed the beginning of it
  const { records, images } = split?.rows[0] ?? {}
  return records ? { walBytes: records, walImageBytes: images } : { walBytes: total.rows[0].bytes }
}

async function commitsOf(admin, { url }) {
  const database = new URL(url).pathname.slice(1)
  const { rows } = await admin.query(
    'select xact_commit::float8 as n from pg_stat_database where datname = $1',
    [database],
  )
  return rows[0].n
}

async function deadTuplesIn(url) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query(
      'select coalesce(sum(n_dead_tup), 0)::float8 as n from pg_stat_user_tables',
    )
    return rows[0].n
  } finally {
    await client.end()
  }
}

/** Processor time of a server and all its children so far, also those that have ended; NaN without /proc. */
function serverMicros(pid) {
  const own = statOf(pid)
  if (!own) return Number.NaN
  let ticks = own.user + own.system + own.endedUser + own.endedSystem
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : undefined
    if (stat?.parent === pid) ticks += stat.user + stat.system
  }
  return ticks * TICK_MICROS
}

function statOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ').map(Number)
    const [, parent] = fields
    const [user, system, endedUser, endedSystem] = fields.slice(11)
    return { parent, user, system, endedUser, endedSystem }
  } catch {
    return undefined
  }
}
