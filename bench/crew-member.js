/** One worker process: started by crew.js with an assignment, works until it is told to stop. */
import { now } from './clock.js'

const TELL_MS = 5
const { contestant, scene, target, needs, variant, atOnce } = JSON.parse(process.argv[2])

process.on('disconnect', () => process.exit(1))
process.on('message', message => void answer(message).catch(fail))

let ran = 0
let told = 0
let firstAt
let cpuAtFirst
let worker
const samples = []

const { task = () => {} } = await import(`./cases/${scene}.js`)
const { load, work } = await import(`./contestants/${contestant}.js`)
await load()

function run(payload) {
  if (firstAt === undefined) {
    firstAt = now()
    cpuAtFirst = process.cpuUsage()
  }
  ran++
  return task(payload, record)
}

function record(sample) {
  samples.push(sample)
}

async function answer(message) {
  if (message === 'start') return start()
  if (message === 'report') return process.send({ ran, report: report() })
  await worker?.stop()
  process.exit(0)
}

async function start() {
  setInterval(tell, TELL_MS)
  worker = await work({ target, variant, needs }, run)
  process.send({ readyAt: now() })
}

function tell() {
  if (ran === told) return
  told = ran
  process.send({ ran })
}

/** Memory as it is, then what of it is in use: the rest is garbage that had not been collected yet. */
function report() {
  const { rss } = process.memoryUsage()
  const { user, system } = process.cpuUsage(cpuAtFirst)
  globalThis.gc()
  return { firstAt, cpuMicros: user + system, rss, heap: process.memoryUsage().heapUsed, samples }
}

function fail(error) {
  process.send({ failed: error?.message ?? String(error) })
}

process.send({ loaded: true })
if (atOnce) await start().catch(fail)
