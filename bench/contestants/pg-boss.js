import { setTimeout as sleep } from 'node:timers/promises'
import { importPeer, versionOf } from '../peers.js'

const version = versionOf('pg-boss')
const BATCH = 1_000
const IDLE_MS = 500
const DRAINS = ['drain', 'drain-two', 'failing', 'backlog-waiting', 'backlog-future', 'pinned']
const SERIAL = ['serial', 'serial-5ms', 'serial-many']

export const order = 3
export const title = `pg-boss ${version}`
export const server = 'postgres'

/** `work`: options of its worker, or none for a loop of fetch and complete, which is the fastest there is. */
export const variants = {
  worker: {
    title: 'worker in batches',
    notify: true,
    work: { batchSize: 500, localConcurrency: 4, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
  },
  loop: { title: 'fetch and complete in a loop', cases: [...DRAINS, ...SERIAL] },
  defaults: { title: 'worker, defaults', work: {}, cases: ['drain', 'latency-idle', 'start-up'] },
}

export function missing() {
  if (version === undefined) return 'run: npm ci --prefix bench/peers'
}

export function load() {
  return importPeer('pg-boss')
}

export async function setup(stage) {
  const boss = await open(stage, {})
  const policy = stage.needs.includes('queue') ? { policy: 'key_strict_fifo' } : {}
  await boss.createQueue('work', { ...policy, notify: stage.variant.notify ?? false })
  await boss.stop({ graceful: false })
}

export async function produce(stage) {
  const boss = await open(stage, { supervise: false, schedule: false, migrate: false })
  const optionsOf = ({ queue, runAt }) => ({ singletonKey: queue, startAfter: runAt })
  return {
    bulk: items =>
      boss.insert(
        'work',
        items.map(item => ({ data: item.payload, ...optionsOf(item) })),
      ),
    single: item => boss.send('work', item.payload, optionsOf(item)),
    within: (client, { payload }) => boss.send('work', payload, { db: databaseOf(client) }),
    looksEmpty: () => isEmpty(boss.getDb()),
    isEmpty: () => isEmpty(boss.getDb()),
    close: () => boss.stop({ graceful: false }),
  }
}

/** Finished jobs stay in the table, for a week. */
async function isEmpty(database) {
  const { rows } = await database.executeSql(
    `select from pgboss.job where name = 'work' and state < 'completed' limit 1`,
  )
  return rows.length === 0
}

function databaseOf(client) {
  return { executeSql: (text, values) => client.query(text, values) }
}

export async function work(stage, run) {
  const boss = await open(stage, { useListenNotify: stage.variant.notify ?? false })
  if (stage.variant.work) {
    await boss.work('work', ...handler(stage, run))
    return { stop: () => boss.stop({ timeout: 1_000 }) }
  }
  const loop = fetchAndComplete(boss, run)
  return { stop: () => loop.stop().then(() => boss.stop({ graceful: false })) }
}

/** Jobs of a batch that may fail are reported one by one: otherwise the failure of one is that of all. */
function handler({ variant, needs }, run) {
  if (!needs.includes('retry at once')) {
    return [
      variant.work,
      async jobs => {
        for (const job of jobs) await run(job.data)
      },
    ]
  }
  const attempt = async job => ({ id: job.id, status: (await succeeds(run, job)) ? 'completed' : 'failed' })
  return [{ ...variant.work, perJobResults: true }, jobs => Promise.all(jobs.map(attempt))]
}

function fetchAndComplete(boss, run) {
  let stopping = false
  const ended = (async () => {
    while (!stopping) {
      const jobs = await boss.fetch('work', { batchSize: BATCH })
      if (jobs.length === 0) await sleep(IDLE_MS)
      else await settle(boss, run, jobs)
    }
  })()
  const stop = () => {
    stopping = true
    return ended
  }
  return { stop }
}

async function settle(boss, run, jobs) {
  const completed = []
  const failed = []
  for (const job of jobs) ((await succeeds(run, job)) ? completed : failed).push(job.id)
  if (completed.length > 0) await boss.complete('work', completed)
  if (failed.length > 0) await boss.fail('work', failed)
}

async function succeeds(run, job) {
  try {
    await run(job.data)
    return true
  } catch {
    return false
  }
}

async function open({ target }, options) {
  const { PgBoss } = await load()
  const boss = new PgBoss({ connectionString: target.url, ...options })
  boss.on('error', error => console.error(error))
  await boss.start()
  return boss
}
