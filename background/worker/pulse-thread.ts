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
import { type PulseNews, type PulseOrder, type PulseSettings, SharedPulse } from './pulse-messages.ts'

/** The lease counts as over this much earlier here than in the database: messages take time. */
const MARGIN_MS = 1_000
const RETRY_MS = 500

const settings = workerData as PulseSettings
const shared = new SharedPulse(settings.shared)
const connection = new Connection({
  url: settings.url,
  name: 'kretes background pulse',
  settings: ENGINE_SESSION,
  ...(settings.listen ? { listen: CHANNEL, onNotification: what => say({ kind: 'rung', what }) } : {}),
})
let worker = settings.worker
let listening: boolean | undefined
let life = { value: -1, since: sharedMonotonic() }

function say(news: PulseNews): void {
  parentPort?.postMessage(news)
}

async function beat(): Promise<number> {
  if (mainIsStalled()) return settings.beatMs
  const sent = sharedMonotonic()
  const answer = await heartbeat(connection, worker, settings.leaseMs)
  hear(settings.listen && !connection.pooled)
  if (answer.othersDied) say({ kind: 'others-died' })
  if (answer.alive) shared.deadline = sent + settings.leaseMs - MARGIN_MS
  else say({ kind: 'lost' })
  return settings.beatMs * (0.9 + Math.random() * 0.2)
}

function missed(error: unknown): number {
  hear(false)
  say({ kind: 'trouble', message: messageOf(error), again: RETRY_MS })
  if (sharedMonotonic() > shared.deadline) say({ kind: 'lost' })
  return RETRY_MS
}

function hear(now: boolean): void {
  if (now !== listening) say({ kind: 'listening', listening: now })
  listening = now
}

function mainIsStalled(): boolean {
  const now = sharedMonotonic()
  if (shared.life !== life.value) life = { value: shared.life, since: now }
  return now - life.since > settings.stallMs
}

const loop = new Loop(beat, missed)
parentPort?.on('message', async (order: PulseOrder) => {
  if (order.kind === 'become') {
    worker = order.worker
    return loop.wake()
  }
  await loop.stop()
  await connection.close()
  parentPort?.close()
})
await loop.start()
