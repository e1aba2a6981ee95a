import { importPeer, versionOf } from '../peers.js'

const version = versionOf('graphile-worker')

export const order = 2
export const title = `Graphile Worker ${version}`
export const server = 'postgres'

/** Its own perfTest/graphile.config.js, and the preset as it is. */
export const variants = {
  batched: {
    title: 'batched',
    settings: {
      concurrentJobs: 24,
      maxPoolSize: 25,
      localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  },
  defaults: {
    title: 'defaults',
    settings: {},
    cases: ['drain', 'latency-idle', 'latency-load', 'serial', 'serial-5ms', 'start-up'],
  },
}

export const lacks = { 'retry at once': 'its backoff is exp(attempt) seconds and cannot be set' }

export function missing() {
  if (version === undefined) return 'run: npm ci --prefix bench/peers'
}

export function load() {
  return importPeer('graphile-worker')
}

export async function setup({ target }) {
  const { runMigrations } = await load()
  await runMigrations(await optionsFor({ target, variant: variants.defaults }))
}

export async function produce(stage) {
  const { makeWorkerUtils } = await load()
  const utils = await makeWorkerUtils(await optionsFor(stage))
  const optionsOf = ({ queue, runAt }) => ({ queueName: queue, runAt })
  return {
    bulk: items =>
      utils.addJobs(items.map(item => ({ identifier: 'Work', payload: item.payload, ...optionsOf(item) }))),
    single: item => utils.addJob('Work', item.payload, optionsOf(item)),
    within: (client, { payload }) =>
      client.query(`select graphile_worker.add_job('Work', $1::json)`, [JSON.stringify(payload)]),
    looksEmpty: () => utils.withPgClient(tailIsEmpty),
    isEmpty: () => utils.withPgClient(isEmpty),
    close: () => utils.release(),
  }
}

async function isEmpty(client) {
  return (await client.query('select from graphile_worker._private_jobs limit 1')).rowCount === 0
}

/** Whether the newest jobs are gone: a look at the whole table, full of dead rows, takes long. */
async function tailIsEmpty(client) {
  const { rowCount } = await client.query(
    `select from graphile_worker._private_jobs
      where id > (select pg_sequence_last_value(pg_get_serial_sequence('graphile_worker._private_jobs', 'id')) - 2000)
      order by id desc limit 1`,
  )
  return rowCount === 0
}

export async function work(stage, run) {
  const graphile = await load()
  const runner = await graphile.run({
    ...(await optionsFor(stage)),
    taskList: { Work: run },
    parsedCronItems: [],
    noHandleSignals: true,
  })
  return { stop: () => runner.stop() }
}

async function optionsFor({ target, variant }) {
  const { Logger, WorkerPreset } = await load()
  const worker = { connectionString: target.url, ...variant.settings }
  return { preset: { extends: [WorkerPreset], worker }, logger: new Logger(() => () => {}) }
}
