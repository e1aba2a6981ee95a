import type { Job, JobError } from '../../../background/operator.ts'
import { humanDuration } from '../../../framework/duration.ts'
import type { CommonOptions } from '../../options.ts'
import {
  indent,
  type Paint,
  painterFor,
  print,
  printable,
  printableLines,
  printJson,
  table,
} from '../../output.ts'
import { localTime, relativeTime } from '../../relative-time.ts'
import { attempts, STATE_STYLES } from './job-columns.ts'
import { jobIdOf } from './job-id.ts'
import { jobAsJson } from './job-json.ts'
import { logLines } from './log-lines.ts'
import { withClient } from './with-client.ts'

/** Frames of a stack to show: the app's are at its top, below are ours. */
const FRAMES = 4

/** What `ks bg show` does. */
export async function runShow(typed: string, options: CommonOptions): Promise<void> {
  const id = jobIdOf(typed)
  const { job, attempts: logs } = await withClient(options, async ({ jobs }) => ({
    job: await jobs.get(id),
    attempts: options.json ? [] : await jobs.logs(id),
  }))
  if (options.json) return printJson(jobAsJson(job))
  const paint = painterFor(process.stdout)
  const frames = options.verbose ? Number.POSITIVE_INFINITY : FRAMES
  for (const line of describeJob(job, paint, frames)) print(line)
  const last = logs.at(-1)
  if (last) for (const line of logLines(last, paint)) print(indent(line))
}

function describeJob(job: Job, paint: Paint, frames: number): string[] {
  const { id, task, state, payload, result, error } = job
  return [
    `${paint('bold', `#${id} ${printable(task)}`)}  ${paint(STATE_STYLES[state], state)}`,
    ...table(factsOf(job).map(([name, value]) => [paint('dim', name), printable(value)])).map(line =>
      indent(line),
    ),
    ...block('payload', payload, paint),
    ...(result === undefined ? [] : block('result', result, paint)),
    ...(error ? [`  ${paint('dim', 'error')}`, indent(describeError(error, paint, frames), '    ')] : []),
    ...(next(job) ? [`  ${paint('cyan', 'next')}  ${next(job)}`] : []),
  ]
}

/** What it has, in the order of its life. */
function factsOf(job: Job): [name: string, value: string][] {
  const { queue, key, tags, priority, createdAt, runAt, worker, claimedAt, finishedAt, expiresAt, ms } = job
  const facts: [string, string | undefined][] = [
    ['queue', queue],
    ['key', key],
    ['tags', tags.join(', ')],
    ['priority', priority === 0 ? undefined : String(priority)],
    ['attempts', attempts(job)],
    ['crashes', job.crashes ? `${job.crashes} workers died while they had it` : undefined],
    ['scheduled', when(createdAt)],
    ['due', when(runAt)],
    ['taken', claimedAt && `${when(claimedAt)} by worker ${worker}${job.cancelling ? ', told to stop' : ''}`],
    ['finished', finishedAt && `${when(finishedAt)}${ms === undefined ? '' : `, ran ${humanDuration(ms)}`}`],
    ['kept until', expiresAt && when(expiresAt)],
  ]
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]))
}

function when(time: Date): string {
  return `${localTime(time)} (${relativeTime(time)})`
}

function block(name: string, value: unknown, paint: Paint): string[] {
  const text = JSON.stringify(value, null, 2)
  if (text.length <= 80) return [`  ${paint('dim', name)}  ${printable(JSON.stringify(value))}`]
  return [`  ${paint('dim', name)}`, indent(printableLines(text), '    ')]
}

function describeError({ name, message, stack, cause }: JobError, paint: Paint, most: number): string {
  const title = printableLines(name ? `${name}: ${message}` : message)
  const frames = stack?.split('\n').filter(line => /^\s+at /.test(line)) ?? []
  const lines = [
    title,
    ...frames.slice(0, most).map(line => paint('dim', printable(line.trimEnd()).replace(/^ ?/, '  '))),
  ]
  if (cause) lines.push(`caused by ${describeError(cause, paint, most)}`)
  return lines.join('\n')
}

/** The command that goes with its state. */
function next({ id, state }: Job): string | undefined {
  if (state === 'completed') return undefined
  return state === 'cancelled' || state === 'discarded' ? `ks bg retry ${id}` : `ks bg why ${id}`
}
