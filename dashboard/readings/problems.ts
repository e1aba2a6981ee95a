import {
  type CronInfo,
  type Finding,
  nextTicks,
  type Overview,
  type QueueInfo,
  type TaskOverview,
  type WorkerInfo,
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
  readonly workers: readonly WorkerInfo[]
  readonly crons: readonly CronInfo[]
}

/** Jobs without a queue that are due should not wait longer while workers live. */
const LATENCY_TARGET_MS = 60_000
/** So many of its last jobs must have ended before a task can be called failing, and more than that share of them badly. */
const ENOUGH_JOBS = 5
const FAILING_SHARE = 0.2
const MISSED_AFTER_MS = 120_000

/** The worst first. */
export function problemsIn(given: Circumstances): Problem[] {
  const all = [...found(given), ...latency(given), ...failing(given), ...unserved(given), ...missed(given)]
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

function latency({ overview: { waited = 0, workers } }: Circumstances): Problem[] {
  if (waited < LATENCY_TARGET_MS || workers.alive === 0) return []
  const text = `the next job has been due for ${humanDuration(waited)}, although workers are there`
  const fix = 'start more workers, or let them run more jobs at once'
  return [{ severity: 'warning', about: 'latency', text, fix, href: 'jobs?state=available' }]
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

/** A queue in which jobs wait and nothing runs, although workers have free slots. */
function unserved({ queues, overview: { workers } }: Circumstances): Problem[] {
  if (workers.alive === 0) return []
  return queues
    .filter(({ available, running, paused }) => available > 100 && running === 0 && !paused)
    .map(({ name, available }) => ({
      severity: 'warning',
      about: 'queue',
      text: `nothing runs in queue ${name}, in which ${available} jobs wait`,
      fix: 'ask one of them why: ks bg why',
      href: `queues/${encodeURIComponent(name)}`,
    }))
}

function missed({ crons, overview: { at } }: Circumstances): Problem[] {
  return crons.flatMap(cron => {
    if (cron.pausedAt) return []
    const since = cron.lastTick ?? cron.knownSince
    const [due] = nextTicks(cron, 1, since)
    const late = due === undefined ? 0 : at.getTime() - due.getTime()
    if (late < MISSED_AFTER_MS) return []
    const text = `${cron.name} should have been scheduled ${humanDuration(late)} ago`
    return [
      {
        severity: 'warning' as const,
        about: 'cron',
        text,
        fix: 'start a worker: npx ks bg',
        href: `crons/${encodeURIComponent(cron.name)}`,
      },
    ]
  })
}
