import {
  type CronInfo,
  type Finding,
  nextTicks,
  type Overview,
  type QueueInfo,
  type TaskOverview,
} from '../../background/operator.ts'
import { humanDuration } from '../../framework/duration.ts'

/** Something that somebody should look at. */
export interface Problem {
  readonly severity: 'problem' | 'warning'
  /** What kind of thing: `workers`, `latency`, `task`. */
  readonly about: string
  readonly text: string
  /** What to do. */
  readonly fix: string | undefined
  /** Where to look, from the root of the dashboard: `queues/email`. */
  readonly href: string | undefined
}

interface Circumstances {
  readonly overview: Overview
  readonly findings: readonly Finding[]
  readonly queues: readonly QueueInfo[]
  readonly tasks: readonly TaskOverview[]
  readonly crons: readonly CronInfo[]
  /** No job that is due should wait for more milliseconds while workers live. */
  readonly latencyTarget: number
}

/** So many of its last jobs must have ended before a task can be called failing, and more than that share of them badly. */
const ENOUGH_JOBS = 5
const FAILING_SHARE = 0.2
const MISSED_AFTER_MS = 120_000

/** The worst first. */
export function problemsIn(given: Circumstances): Problem[] {
  const all = [...found(given), ...failing(given), ...latency(given), ...slowQueues(given), ...missed(given)]
  return all.sort((one, other) => Number(one.severity === 'warning') - Number(other.severity === 'warning'))
}

const PLACES: Readonly<Record<string, string>> = { workers: 'workers', queues: 'queues', tasks: 'tasks' }

/** No worker is worse here than in a terminal, if jobs wait. */
function found({ findings, overview }: Circumstances): Problem[] {
  const isIdle = overview.states.available === 0
  return findings
    .filter(({ status }) => status !== 'ok')
    .map(({ check, status, text, fix }) => {
      const isNoWorker = check === 'workers' && overview.workers.alive === 0
      const severity = status === 'problem' || (isNoWorker && !isIdle) ? 'problem' : 'warning'
      return { severity, about: check, text, fix, href: PLACES[check] }
    })
}

/** Of jobs without a queue. Where no worker lives, that is the problem. */
function latency({ overview: { waited = 0, workers }, latencyTarget }: Circumstances): Problem[] {
  if (waited < latencyTarget || workers.alive === 0) return []
  const text = `the next job has been due for ${humanDuration(waited)}, although workers are there`
  const fix = 'start more workers, or let them run more jobs at once'
  return [{ severity: 'warning', about: 'latency', text, fix, href: 'jobs?state=available' }]
}

/** Of jobs of queues that nobody has paused. */
function slowQueues({ queues, overview: { workers }, latencyTarget }: Circumstances): Problem[] {
  if (workers.alive === 0) return []
  return queues
    .filter(({ waited = 0, paused }) => waited >= latencyTarget && !paused)
    .map(queue => (queue.running === 0 ? unserved(queue) : behind(queue)))
}

function unserved({ name, waited = 0 }: QueueInfo): Problem {
  return {
    severity: 'problem',
    about: 'queue',
    text: `no worker takes the jobs of queue ${name}: the next one has been due for ${humanDuration(waited)}`,
    fix: 'the page of a job that waits there says why',
    href: queueLink(name),
  }
}

function behind({ name, waited = 0, concurrency }: QueueInfo): Problem {
  return {
    severity: 'warning',
    about: 'latency',
    text: `the next job of queue ${name} has been due for ${humanDuration(waited)}`,
    fix: `let more of its jobs run at a time than ${concurrency}, or start more workers`,
    href: queueLink(name),
  }
}

function failing({ tasks }: Circumstances): Problem[] {
  return tasks.flatMap(({ task, completed, discarded }) => {
    const ended = completed + discarded
    if (ended < ENOUGH_JOBS || discarded / ended < FAILING_SHARE) return []
    const text = `${Math.round((discarded / ended) * 100)}% of the last ${ended} jobs of ${task} were discarded`
    const href = `tasks/${encodeURIComponent(task)}`
    return [{ severity: 'problem' as const, about: 'task', text, fix: 'look at their errors', href }]
  })
}

function missed({ crons, overview: { at } }: Circumstances): Problem[] {
  return crons.flatMap(cron => {
    if (cron.pausedAt) return []
    const [due] = nextTicks(cron, 1, settledUntil(cron))
    const late = due === undefined ? 0 : at.getTime() - due.getTime()
    if (late < MISSED_AFTER_MS) return []
    const text = `${cron.name} should have been scheduled ${humanDuration(late)} ago`
    return [
      {
        severity: 'warning' as const,
        about: 'cron',
        text,
        fix: 'start a worker: npx ks bg',
        href: `cron/${encodeURIComponent(cron.name)}`,
      },
    ]
  })
}

/** Ticks until then are settled, as the engine has it. */
function settledUntil({ knownSince, resumedAt, lastTick }: CronInfo): Date {
  return new Date(Math.max(...[knownSince, resumedAt, lastTick].map(time => time?.getTime() ?? 0)))
}

function queueLink(name: string): string {
  return `queues/${encodeURIComponent(name)}`
}
