import { type AttemptLog, type Job, type JobError, maskedJob } from '../../../background/operator.ts'
import { humanDuration } from '../../../framework/duration.ts'
import { isKretesError } from '../../../framework/errors.ts'
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
import type { RemoteOptions } from '../../remote.ts'
import { attempts, STATE_STYLES } from './job-columns.ts'
import { jobIdOf } from './job-id.ts'
import { jobAsJson } from './job-json.ts'
import { logLines } from './log-lines.ts'
import { shownLogs } from './shown-jobs.ts'
import { withOperator } from './with-operator.ts'

/** Frames of a stack to show: the app's are at its top, below are ours. */
const FRAMES = 4
const LONGEST_IN_LINE = 80

/** What `ks bg show` does. */
export async function runShow(typed: string, options: RemoteOptions): Promise<void> {
  const id = jobIdOf(typed)
  const { job, attempts: logs } = await withOperator(options, async operator => {
    const { jobs } = operator
    const job = await jobs.get(id)
    const secrets = await operator.secretsIn([job.task])
    const logs = options.json ? [] : await jobs.logs(id).catch(noneIfForbidden)
    return { job: maskedJob(job, secrets), attempts: shownLogs(job, logs, secrets) }
  })
  if (options.json) return printJson(jobAsJson(job))
  const paint = painterFor(process.stdout)
  const frames = options.verbose ? Number.POSITIVE_INFINITY : FRAMES
  for (const line of describeJob(job, paint, frames)) print(line)
  const last = logs.at(-1)
  if (last) for (const line of logLines(last, paint)) print(indent(line))
}

/** Who may see a job need not be allowed to see what it logged. */
function noneIfForbidden(error: unknown): readonly AttemptLog[] {
  if (isKretesError(error) && error.code === 'PERMISSION_DENIED') return []
  throw error
}

function describeJob(job: Job, paint: Paint, frames: number): string[] {
  const { id, task, state, error } = job
  const values = valuesOf(job)
  const short = values.filter(([, text]) => text.length <= LONGEST_IN_LINE)
  const facts = [...factsOf(job), ...short]
  return [
    `${paint('bold', `#${id} ${printable(task)}`)}  ${paint(STATE_STYLES[state], state)}`,
    ...table(facts.map(([name, value]) => [paint('dim', name), printable(value)])).map(line => indent(line)),
    ...values.filter(value => !short.includes(value)).flatMap(value => block(value, paint)),
    ...(error ? [`  ${paint('dim', 'error')}`, indent(describeError(error, paint, frames), '    ')] : []),
    ...(next(job) ? [`  ${paint('cyan', 'next')}  ${next(job)}`] : []),
  ]
}

/** What it has, in the order of its life. */
function factsOf(job: Job): [name: string, value: string][] {
  const {
    queue,
    key,
    tags,
    flags,
    priority,
    createdAt,
    runAt,
    worker,
    claimedAt,
    finishedAt,
    expiresAt,
    ms,
  } = job
  const facts: [string, string | undefined][] = [
    ['queue', queue],
    ['key', key],
    ['tags', tags.join(', ')],
    ['flags', flags.join(', ')],
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

/** What it takes and what came of it, as JSON. */
function valuesOf({ payload, result }: Job): [name: string, json: string][] {
  const taken: [string, string] = ['payload', JSON.stringify(payload)]
  return result === undefined ? [taken] : [taken, ['result', JSON.stringify(result)]]
}

/** What is too long for one line, over several. */
function block([name, json]: readonly [string, string], paint: Paint): string[] {
  const text = JSON.stringify(JSON.parse(json), null, 2)
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
