import { AssertionError } from 'node:assert'
import { inspect } from 'node:util'
import { type Duration, humanDuration, milliseconds } from '../framework/duration.ts'
import type { Job } from './job.ts'
import { type Mismatch, mismatches } from './partial-match.ts'
import { type Queue, queueName } from './queue.ts'

/** What a scheduled job is expected to be like; what is not said does not matter, also inside of the payload. */
export interface ScheduledMatch<Payload = unknown> {
  readonly payload?: DeepPartial<Payload> | undefined
  readonly queue?: Queue | string | undefined
  readonly priority?: number | undefined
  readonly maxAttempts?: number | undefined
  readonly key?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly runAt?: Date | undefined
  /** How long after it was scheduled it is due, give or take a second. */
  readonly in?: Duration | undefined
}

type DeepPartial<T> = T extends object ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> } : T

const TOLERANCE_MS = 1_000
const MOST_SHOWN = 5

/** What of `match` a job does not fulfil. */
export function differences(job: Job, match: ScheduledMatch): Mismatch[] {
  const { in: wait, queue, ...rest } = match
  const expected = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const found = mismatches(job, queue === undefined ? expected : { ...expected, queue: queueName(queue) })
  const actual = job.runAt.getTime() - job.createdAt.getTime()
  if (wait === undefined || Math.abs(actual - milliseconds(wait)) <= TOLERANCE_MS) return found
  return [...found, { path: 'in', actual: humanDuration(Math.max(0, actual)), expected: wait }]
}

/** None of `jobs`, which are those of `task`, matches; `others` counts those of other tasks. */
export function nothingMatches(
  task: string,
  match: ScheduledMatch,
  jobs: readonly Job[],
  others: Readonly<Record<string, number>>,
): AssertionError {
  const message = [
    `no ${task} job is scheduled${described(match)}`,
    ...nearMisses(task, match, jobs, others),
  ].join('\n')
  return new AssertionError({ message, actual: jobs[0], expected: match, operator: 'expectScheduled' })
}

/** All of `jobs`, which are those of `task`, match although none should. */
export function somethingMatches(task: string, match: ScheduledMatch, jobs: readonly Job[]): AssertionError {
  const lines = jobs.slice(0, MOST_SHOWN).map(({ id, payload }) => `  job ${id}: ${shown(payload)}`)
  const more = jobs.length > MOST_SHOWN ? [`  and ${jobs.length - MOST_SHOWN} more`] : []
  const what = `${jobs.length} × ${task} ${jobs.length === 1 ? 'is' : 'are'} scheduled${described(match)}`
  const message = [what, ...lines, ...more].join('\n')
  return new AssertionError({ message, actual: jobs[0], expected: match, operator: 'expectNotScheduled' })
}

function described(match: ScheduledMatch): string {
  return Object.keys(match).length > 0 ? ` that matches ${shown(match)}` : ''
}

function nearMisses(
  task: string,
  match: ScheduledMatch,
  jobs: readonly Job[],
  others: Readonly<Record<string, number>>,
): string[] {
  if (jobs.length === 0) {
    const known = Object.entries(others).map(([name, count]) => `${count} × ${name}`)
    return [known.length > 0 ? `scheduled are ${known.join(', ')}` : 'nothing is scheduled at all']
  }
  const near = jobs
    .map(job => ({ job, found: differences(job, match) }))
    .sort((a, b) => a.found.length - b.found.length)
  const lines = near
    .slice(0, MOST_SHOWN)
    .map(({ job, found }) => `  job ${job.id}: ${found.map(told).join('; ')}`)
  const more = near.length > MOST_SHOWN ? [`  and ${near.length - MOST_SHOWN} more`] : []
  return [`${jobs.length} × ${task} ${jobs.length === 1 ? 'is' : 'are'} scheduled:`, ...lines, ...more]
}

function told({ path, actual, expected }: Mismatch): string {
  return `${path} is ${shown(actual)}, not ${shown(expected)}`
}

function shown(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 200 })
}
