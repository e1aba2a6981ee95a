import type { ErrorGroup, Secrets } from '../../background/operator.ts'
import type { Asked } from './asked.ts'
import { type ListedJob, listedJob } from './listed-job.ts'

/** Errors that are the same, and how to find their jobs. */
export interface ShownGroup extends ErrorGroup {
  /** A query that finds jobs with such an error: `error:"TypeError: cannot read"`. */
  readonly query: string
}

export interface ErrorsReading {
  readonly groups: readonly ShownGroup[]
}

const SHORTEST = 3

/** Among the newest 2,000 discarded jobs, and as many that will be tried again. */
export async function readErrors(asked: Asked): Promise<ErrorsReading> {
  const { client, secrets } = asked
  const groups = await client.statistics.errors()
  const examples = await examplesOf(groups, asked)
  const clean = groups.map(group => (isGuarded(group, secrets) ? withoutSecrets(group, examples) : group))
  return { groups: clean.map(group => ({ ...group, query: queryFor(group) })) }
}

/** Whether its message may have a secret of a payload. */
function isGuarded({ tasks }: ErrorGroup, secrets: Secrets): boolean {
  return tasks.some(task => secrets.has(task))
}

/** One job of each group whose message has to be looked at, without its secrets. */
async function examplesOf(
  groups: readonly ErrorGroup[],
  { client, secrets }: Asked,
): Promise<ReadonlyMap<string, ListedJob>> {
  const ids = groups.filter(group => isGuarded(group, secrets)).flatMap(({ jobs }) => jobs.slice(0, 1))
  if (ids.length === 0) return new Map()
  const { jobs } = await client.records.list({ where: `id:${ids.join(',')}`, limit: ids.length })
  return new Map(jobs.map(job => [job.id, listedJob(job, secrets)]))
}

/** What differs from job to job; the engine puts the same in its place. */
const VARYING = /"[^"]*"|'[^']*'|[0-9a-fA-F]{8}[0-9a-fA-F-]*|[0-9]+([.][0-9]+)?/g
const LONGEST = 500

/** The same message in all its jobs has the same secret in it: that of one is that of all. */
function withoutSecrets(group: ErrorGroup, examples: ReadonlyMap<string, ListedJob>): ErrorGroup {
  const error = examples.get(group.jobs[0] ?? '')?.error
  const message = error ? error.message.replace(VARYING, '…').slice(0, LONGEST) : '[secret]'
  return { ...group, message }
}

/** What they have in common up to where they differ; a query finds it anywhere in an error. */
function queryFor({ name, message, tasks }: ErrorGroup): string {
  const [beginning = ''] = message.split(/…|\[secret\]/)
  const text = beginning.length >= SHORTEST ? `${name}: ${beginning}` : name
  const [task, ...others] = tasks
  const error = `error:${quoted(text.slice(0, 200))}`
  return task !== undefined && others.length === 0 ? `task:${quoted(task)} ${error}` : error
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
