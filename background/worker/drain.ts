import { hostname } from 'node:os'
import type { Connection } from '../../framework/connection.ts'
import { VERSION } from '../../framework/own-package.ts'
import type { Run } from '../engine/claim-queues.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import { putOnTrial } from '../engine/trial.ts'
import { deregister, register } from '../engine/worker-lease.ts'
import { Emitter } from '../events.ts'
import { newId } from '../id.ts'
import type { Registry } from '../registry.ts'
import type { Surroundings } from './context.ts'
import type { Attempt } from './executor.ts'
import { Forbidden } from './forbidden.ts'
import { Intake } from './intake.ts'
import { Lanes } from './lanes.ts'
import { type Finder, OneQueue } from './one-queue.ts'
import { Poller } from './poller.ts'
import type { PollerOptions } from './poller-options.ts'
import { Reporter } from './reporter.ts'
import { Slots } from './slots.ts'
import { Transactions } from './transactions.ts'

export interface DrainOptions {
  readonly connection: Connection
  readonly registry: Registry
  readonly around: Surroundings
  /** Seconds a finished job is kept unless its task says otherwise. */
  readonly keep: number
  /** Only the jobs of this queue. Default: all. */
  readonly queue?: string | undefined
}

/** Whoever drains waits for every answer. */
const NO_PRESSURE: PollerOptions['pressure'] = { rest: 0, timed: ask => ask(), timedAside: ask => ask() }

/** Nobody sends heartbeats: whoever drains is done by then, or is rescued. */
const LEASE_MS = 600_000

/**
 * Runs all jobs that are due, and those that they schedule, one at a time; answers with how the attempts ended once the
 * database knows. It is the parts of a worker without what a worker needs to live for long: no heartbeat, no
 * notifications, no chores.
 */
export async function drain(options: DrainOptions): Promise<readonly Attempt[]> {
  const { connection, registry } = options
  const worker = newId()
  const host = hostname()
  const facts = {
    name: `${host}.${process.pid} drains`,
    host,
    pid: process.pid,
    version: VERSION,
    concurrency: 1,
  }
  await register(connection, { id: worker, ...facts, tasks: registry.names }, LEASE_MS)
  try {
    return await drainAs(worker, options)
  } finally {
    await deregister(connection, worker)
  }
}

async function drainAs(
  worker: string,
  { connection, registry, around, keep, queue }: DrainOptions,
): Promise<Attempt[]> {
  const attempts: Attempt[] = []
  const events = new Emitter(() => {})
  const forbidden = new Forbidden([], events)
  const lanes = new Lanes(connection, registry, forbidden)
  await lanes.learn()
  let settle: (error?: unknown) => void = () => {}
  const over = new Promise<void>((resolve, reject) => {
    settle = error => (error === undefined ? resolve() : reject(error))
  })
  // it is waited for below, perhaps a moment after it was rejected
  over.catch(() => {})
  const look = () => {
    if (poller.sawNothing && slots.idle && reporter.idle) settle()
  }
  const reporter = new Reporter({
    ...{ connection, events, keep },
    onAgain: ms => poller.expectIn(ms),
    onReported(report) {
      if (report.slots.length > 0 || report.hasReleases) poller.expect('')
      look()
    },
  })
  const { host } = around
  const transactions = new Transactions({ host, connection, events, worker: () => worker, keep })
  const slots: Slots = new Slots({
    ...{ concurrency: 1, registry, events, around: { ...around, transactions } },
    mayStart: () => true,
    onEnd(attempt, closes) {
      attempts.push(attempt)
      reporter.ended(attempt, closes)
    },
    onGiveBack: units => reporter.giveBack(units),
    onPutOff: units => reporter.putOff(units),
    onTrial: job => putOnTrial(connection, worker, job),
    onRoom: () => poller.nudge(),
  })
  const onStrangers = (jobs: readonly ClaimedJob[]) => lanes.setAside(worker, jobs)
  const intake = new Intake({ registry, slots, reporter, forbidden, onStrangers })
  const finding = { connection, slots, events, keep, onNothing: look }
  const found = { ...finding, onRuns: (runs: readonly Run[]) => intake.runs(runs) }
  const poller: Finder =
    queue === undefined
      ? new Poller({
          ...{ ...found, lanes, pressure: NO_PRESSURE },
          onClaimed: jobs => intake.jobs(jobs),
          onLost: () => settle(new Error('the database has forgotten who drains')),
        })
      : new OneQueue({ ...found, queue, onError: settle })
  // a worker would try again for ever; whoever drains wants to know
  events.on('worker:trouble', ({ error }) => settle(error))
  reporter.become(worker)
  poller.become(worker)
  await Promise.all([reporter.start(), poller.start()])
  try {
    await over
    await poller.stop()
    slots.close()
    await slots.settled()
    await reporter.settled()
  } finally {
    await Promise.all([poller.stop(), reporter.stop()])
  }
  return attempts
}
