import { importPeer, versionOf } from '../peers.js'

const version = versionOf('bullmq')

export const order = 4
export const title = `BullMQ ${version}`
export const server = 'redis'

/** Finished jobs are removed in the fast variant, as its guide for production asks; by default they are all kept. */
const FAST = { concurrency: 100, removeOnComplete: { count: 0 } }

export const variants = {
  redis: { title: 'on Redis', worker: FAST },
  defaults: { title: 'on Redis, defaults', worker: {}, cases: ['drain', 'latency-idle', 'start-up'] },
  postgres: {
    title: 'on PostgreSQL',
    server: 'postgres',
    worker: FAST,
    cases: ['drain', 'drain-two', 'bulk', 'concurrent', 'latency-idle', 'latency-load', 'serial', 'start-up'],
  },
}

export const lacks = {
  postgres: 'it is not in PostgreSQL',
  transaction: 'it cannot take part in a transaction of the app',
  queues: 'groups are a part of BullMQ Pro',
}

export function missing() {
  if (version === undefined) return 'run: npm ci --prefix bench/peers'
}

export function load() {
  return importPeer('bullmq')
}

export async function setup(stage) {
  const queue = await open(stage, 'Queue', [], { migrate: true })
  await queue.waitUntilReady()
  if (stage.needs.includes('queue')) await queue.setGlobalConcurrency(1)
  await queue.close()
}

export async function produce(stage) {
  const queue = await open(stage, 'Queue')
  const attempts = stage.needs.includes('retry at once') ? 2 : 1
  const jobOf = ({ payload, runAt }) => ['Work', payload, { attempts, delay: runAt && runAt - Date.now() }]
  return {
    bulk: items => queue.addBulk(items.map(jobOf).map(([name, data, opts]) => ({ name, data, opts }))),
    single: item => queue.add(...jobOf(item)),
    looksEmpty: () => isEmpty(queue),
    isEmpty: () => isEmpty(queue),
    close: () => queue.close(),
  }
}

async function isEmpty(queue) {
  const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized', 'paused')
  return Object.values(counts).every(count => count === 0)
}

export async function work(stage, run) {
  const settings = { ...stage.variant.worker, ...(stage.needs.includes('queue') ? { concurrency: 1 } : {}) }
  const worker = await open(stage, 'Worker', [async job => run(job.data)], {}, settings)
  await worker.waitUntilReady()
  return { stop: () => worker.close() }
}

/** A Queue or Worker of BullMQ on the server of the variant. */
async function open({ target, variant }, kind, args = [], connection = {}, settings = {}) {
  const bullmq = await load()
  const { host, port, url } = target
  const opened =
    variant.server === 'postgres'
      ? new bullmq[kind](
          'work',
          ...args,
          { connection: { connectionString: url, ...connection }, ...settings },
          bullmq.createPostgresBackend,
        )
      : new bullmq[kind]('work', ...args, { connection: { host, port }, ...settings })
  opened.on('error', error => console.error(error))
  return opened
}
