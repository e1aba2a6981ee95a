/**
 * Compares storage shapes for the queue: `node bench/shapes/main.js postgres://…` (a database of its own is
 * made and dropped for each). Prints rates, WAL bytes and the cost of a claim while a transaction pins the horizon.
 */
import pg from 'pg'
import * as appendOnly from './append-only.js'
import * as hotUpdate from './hot-update.js'
import * as narrowReady from './narrow-ready.js'

const url = process.argv[2] ?? process.env.DATABASE_URL
const jobs = Number(process.env.JOBS ?? 100_000)
const rounds = Number(process.env.ROUNDS ?? 3)
const planner = ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin', 'sort']
  .map(node => `-c enable_${node}=off`)
  .join(' ')
const payload = JSON.stringify({ to: 'ann@example.com', subject: 'Hello', body: 'x'.repeat(100) })

async function connect(target) {
  const client = new pg.Client({
    connectionString: target,
    pipeline: true,
    options: planner,
    types: { getTypeParser: () => v => v },
  })
  await client.connect()
  return client
}

async function withDatabase(work) {
  const name = `shapes_${process.pid}`
  const admin = await connect(url)
  await admin.query(`drop database if exists ${name}`)
  await admin.query(`create database ${name}`)
  const target = new URL(url)
  target.pathname = `/${name}`
  try {
    return await work(target.href)
  } finally {
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  }
}

async function walBytes(client, work) {
  const before = (await client.query('select pg_current_wal_insert_lsn() lsn')).rows[0].lsn
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1000
  const { rows } = await client.query('select pg_current_wal_insert_lsn() - $1::pg_lsn as bytes', [before])
  return { seconds, bytes: Number(rows[0].bytes) }
}

async function fill(client, shape, count) {
  const batch = `[${Array(1000).fill(payload).join(',')}]`
  for (let i = 0; i < count; i += 1000)
    await client.query({ name: 'enqueue', text: shape.enqueue, values: [batch] })
}

let claimId = 0
async function drain(claimer, finisher, shape, finish) {
  let pending = Promise.resolve()
  for (;;) {
    const id = ++claimId
    const { rows } = await claimer.query({ name: 'claim', text: shape.claim, values: [id, 500] })
    if (rows.length === 0) break
    await pending
    pending = finisher.query({
      name: `finish`,
      text: finish,
      values: [id, `{${rows.map(row => row.id).join()}}`],
    })
  }
  await pending
}

async function pinned(target, shape, finish) {
  const [claimer, finisher, holder] = await Promise.all([connect(target), connect(target), connect(target)])
  await holder.query('begin isolation level repeatable read')
  await holder.query('select 1')
  const costs = []
  for (let round = 0; round < 100; round++) {
    await fill(claimer, shape, 1000)
    let spent = 0
    for (let i = 0; i < 10; i++) {
      const id = ++claimId
      const started = performance.now()
      const { rows } = await claimer.query({ name: 'claim', text: shape.claim, values: [id, 100] })
      spent += performance.now() - started
      await finisher.query({
        name: 'finish',
        text: finish,
        values: [id, `{${rows.map(row => row.id).join()}}`],
      })
    }
    costs.push(spent / 10)
  }
  await Promise.all([claimer, finisher, holder].map(client => client.end()))
  const mean = part => part.reduce((a, b) => a + b, 0) / part.length
  return `${mean(costs.slice(0, 5)).toFixed(2)} -> ${mean(costs.slice(-5)).toFixed(2)} ms`
}

const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
const results = new Map()
for (let round = 0; round < rounds; round++) {
  for (const shape of [hotUpdate, narrowReady, appendOnly]) {
    for (const kind of ['plain', 'history']) {
      if (shape === appendOnly && kind === 'plain') continue
      await withDatabase(async target => {
        const [claimer, finisher] = await Promise.all([connect(target), connect(target)])
        await claimer.query(shape.schema)
        const enqueued = await walBytes(claimer, () => fill(claimer, shape, jobs))
        const drained = await walBytes(claimer, () => drain(claimer, finisher, shape, shape.finish[kind]))
        await Promise.all([claimer.end(), finisher.end()])
        const key = `${shape.name} · ${kind}`
        const row = results.get(key) ?? { enqueue: [], drain: [], wal: [] }
        row.enqueue.push(jobs / enqueued.seconds)
        row.drain.push(jobs / drained.seconds)
        row.wal.push((enqueued.bytes + drained.bytes) / jobs)
        if (round === 0) row.pinned = await pinned(target, shape, shape.finish[kind])
        results.set(key, row)
      })
    }
  }
}
console.table(
  Object.fromEntries(
    [...results].map(([key, row]) => [
      key,
      {
        'enqueue/s': Math.round(median(row.enqueue)),
        'drain/s': Math.round(median(row.drain)),
        'WAL B/job': Math.round(median(row.wal)),
        'claim of 100, horizon pinned': row.pinned,
      },
    ]),
  ),
)
