// A process of its own that runs jobs from the built package: node worker-process.mjs <name> <url> <config as JSON>
// Its tasks write what they do into the table `run`; events go to stdout, one JSON object per line.
import { closeSync } from 'node:fs'
import pg from 'pg'
import { backgroundConfig, createRegistry, Worker } from '../../dist/background/operator.js'
import { createLogger } from '../../dist/framework/index.js'

const [name, url, config] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString: url, max: 10 })
const logger = createLogger({ level: 'silent', format: 'json' })

/** Notes when it begins and ends. In the process whose name is `holdIn` it ends when there is a row in `gate`. */
async function Note({ holdIn }, { id }) {
  const { rows } = await pool.query(
    'insert into run (job, process, began) values ($1, $2, clock_timestamp()) returning n',
    [id, name],
  )
  while (holdIn === name && (await pool.query('select from gate')).rowCount === 0)
    await new Promise(resolve => setTimeout(resolve, 50))
  await pool.query('update run set ended = clock_timestamp() where n = $1', [rows[0].n])
}

/** Keeps the event loop from turning. */
async function Block({ ms }, context) {
  await Note({}, context)
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** Ends the process whose name is `of`, in one of the ways in which code does that by mistake. */
async function End({ of, how }, context) {
  await Note({}, context)
  if (of !== name) return
  if (how === 'exit') process.exit(0)
  // what nobody catches is told at length, and is no news here
  closeSync(2)
  setTimeout(() => {
    throw new Error('nobody catches this')
  })
  await new Promise(() => {})
}

const worker = new Worker({
  ...{ url, config: backgroundConfig.parse(JSON.parse(config)), logger },
  registry: createRegistry({ Note, Block, End }),
})
for (const event of ['worker:ready', 'worker:lost', 'worker:rescued', 'job:stale', 'job:completed'])
  worker.events.on(event, () => process.stdout.write(`${JSON.stringify({ event })}\n`))
process.on('SIGTERM', async () => {
  await worker.stop()
  await pool.end()
})
await worker.start()
