/**
 * The thread that keeps a worker alive in the eyes of the others: heartbeats, and an ear for notifications. It is
 * a thread so that a task which blocks the event loop costs neither the lease nor, by not reading the
 * socket, every other session's vacuum. It stops beating when the main thread has shown no life for too long.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { sharedMonotonic } from '../../framework/clock.ts'
import { Connection } from '../../framework/connection.ts'
import { messageOf } from '../../framework/errors.ts'
import { Loop } from '../../framework/loop.ts'
import { CHANNEL } from '../engine/ring.ts'
import { ENGINE_SESSION } from '../engine/session.ts'
import { heartbeat } from '../engine/worker-lease.ts'
import type { WorkerOrder } from '../engine/worker-orders.ts'
import { type PulseNews, type PulseOrder, type PulseSettings, SharedPulse } from './pulse-messages.ts'

/** The lease counts as over this much earlier here than in the database: messages take time. */
const MARGIN_MS = 1_000
const RETRY_MS = 500
/** A beat without an answer is given up while there is still time for another one, on a new connection. */
const ANSWER_MS = 3_500

const settings = workerData as PulseSettings
const shared = new SharedPulse(settings.shared)
const connection = new Connection({
  url: settings.url,
  name: 'kretes background pulse',
  // a beat that nobody waits for any more must not extend a lease later
  settings: { ...ENGINE_SESSION, statement_timeout: `${ANSWER_MS}ms` },
  answerTimeout: ANSWER_MS,
  ...(settings.listen && {
    listen: CHANNEL,
    onNotification: hear,
    onListening: () => say({ kind: 'listening', listening: true }),
  }),
})
let worker = settings.worker
let order: WorkerOrder = 'work'
let life = { value: -1, since: sharedMonotonic() }

function say(news: PulseNews): void {
  parentPort?.postMessage(news)
}

/** An order is in the answer to a heartbeat. */
function hear(what: string): void {
  if (what === 'order') beats.wake()
  else say({ kind: 'rung', what })
}

async function beat(): Promise<number> {
  if (mainIsStalled()) return settings.beatMs
  const asked = worker
  const sent = sharedMonotonic()
  const load = { memory: process.memoryUsage.rss(), delay: shared.takeDelay() }
  const answer = await heartbeat(connection, asked, settings.leaseMs, load)
  const { alive, othersDied, cancellations } = answer
  if (othersDied) say({ kind: 'others-died' })
  if (cancellations) say({ kind: 'rung', what: 'cancel' })
  if (asked !== worker) return 0
  if (alive && answer.order !== order) {
    order = answer.order
    say({ kind: 'told', order })
  }
  if (alive) shared.deadline = sent + settings.leaseMs - MARGIN_MS
  else say({ kind: 'lost', worker })
  return settings.beatMs * (0.9 + Math.random() * 0.2)
}

function missed(error: unknown): number {
  say({ kind: 'listening', listening: false })
  say({ kind: 'trouble', message: messageOf(error), again: RETRY_MS })
  return RETRY_MS
}

/** A lease that nobody extended in time is over, whatever the database and the beats are doing. */
async function watch(): Promise<number> {
  const left = timeLeft()
  if (left > 0) return left
  say({ kind: 'lost', worker })
  return Number.POSITIVE_INFINITY
}

function timeLeft(): number {
  return shared.deadline - sharedMonotonic()
}

function mainIsStalled(): boolean {
  const now = sharedMonotonic()
  if (shared.life !== life.value) life = { value: shared.life, since: now }
  return now - life.since > settings.stallMs
}

const beats = new Loop(beat, missed)
const deadline = new Loop(watch, missed)
parentPort?.on('message', async (order: PulseOrder) => {
  if (order.kind === 'become') {
    worker = order.worker
    beats.wake()
    return deadline.wake()
  }
  // nobody waits for the answer to a beat of a lease that is over
  if (timeLeft() <= 0) connection.drop()
  await Promise.all([beats.stop(), deadline.stop()])
  await connection.close()
  parentPort?.close()
})
await Promise.all([beats.start(), deadline.start()])
