import { existsSync } from 'node:fs'

export const order = 1
export const title = 'Kretes Background'
export const server = 'postgres'

/** `config` is what stands in kretes.config.ts: nothing, but for the variant without history. */
export const variants = {
  defaults: { title: 'defaults', config: {} },
  'no-history': { title: 'retention 0', config: { retention: 0 }, cases: ['drain', 'drain-two', 'pinned'] },
}

export function missing() {
  if (!existsSync(new URL('../../dist/background/operator.js', import.meta.url))) return 'run: npm run build'
}

export function load() {
  return import('../../dist/background/operator.js')
}

export async function setup({ target }) {
  const { migrate } = await load()
  await migrate(target.url)
}

export async function produce({ target }) {
  const { default: pg } = await import('pg')
  const { Client } = await load()
  const { payloadLimit } = await configOf({})
  const client = new Client({ url: target.url, payloadLimit })
  const observer = new pg.Pool({ connectionString: target.url, max: 1 })
  const has = async table => (await observer.query(`select from background.${table} limit 1`)).rowCount > 0
  return {
    bulk: items => client.scheduleMany('Work', items),
    single: item => client.schedule({ task: 'Work', ...item }),
    within: (trx, item) => client.with(trx).schedule({ task: 'Work', ...item }),
    /** What was started and is not completed is in a claim. */
    looksEmpty: async () => !(await has('claim')),
    isEmpty: async () => !(await has('job')),
    close: () => Promise.all([client.close(), observer.end()]),
  }
}

export async function work({ target, variant, needs }, run) {
  const { Worker, createRegistry } = await load()
  const { createLogger } = await import('../../dist/framework/index.js')
  const registry = createRegistry({ Work: needs.includes('retry at once') ? await impatient(run) : run })
  const config = await configOf(variant.config)
  const worker = new Worker({ url: target.url, config, registry, logger: createLogger({ level: 'silent' }) })
  await worker.start()
  return { stop: () => worker.stop() }
}

async function configOf(config) {
  const { backgroundConfig } = await load()
  return backgroundConfig.parse(config)
}

async function impatient(run) {
  const { task } = await import('../../dist/background/index.js')
  return task({ backoff: 0, run })
}
