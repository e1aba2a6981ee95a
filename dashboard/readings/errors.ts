import type { ErrorGroup } from '../../background/operator.ts'
import type { Asked } from './asked.ts'

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
export async function readErrors({ client }: Asked): Promise<ErrorsReading> {
  const groups = await client.statistics.errors()
  return { groups: groups.map(group => ({ ...group, query: queryFor(group) })) }
}

/** What they have in common up to where they differ; a query finds it anywhere in an error. */
function queryFor({ name, message, tasks }: ErrorGroup): string {
  const [beginning = ''] = message.split('…')
  const text = beginning.length >= SHORTEST ? `${name}: ${beginning}` : name
  const [task, ...others] = tasks
  const error = `error:${quoted(text.slice(0, 200))}`
  return task !== undefined && others.length === 0 ? `task:${quoted(task)} ${error}` : error
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
