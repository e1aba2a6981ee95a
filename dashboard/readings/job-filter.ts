import {
  InvalidOption,
  JOB_STATES,
  type JobFilter,
  type JobState,
  parseQuery,
} from '../../background/operator.ts'
import type { Asked } from './asked.ts'

/** Which jobs are meant, as URLs and bodies say it. */
export interface FilterText {
  readonly state?: string | null | undefined
  readonly q?: string | null | undefined
}

/**
 * The filter of `?state=&q=`. Nobody may look for what they must not see: whoever asks often enough, letter by letter,
 * would know it.
 *
 * @throws InvalidOption, InvalidQuery
 */
export async function jobFilter({ state, q }: FilterText, { client, secrets }: Asked): Promise<JobFilter> {
  const where = q ?? ''
  const paths = parseQuery(where).conditions.flatMap(one => (one.field === 'payload' ? [one.path] : []))
  if (paths.length > 0) {
    const { registry } = await client.tasks()
    for (const path of paths) refuseSecret(path, ['', ...registry.names], secrets)
  }
  return { state: statesOf(state), where: where === '' ? undefined : where }
}

function refuseSecret(path: readonly string[], tasks: readonly string[], secrets: Asked['secrets']): void {
  const ways = path.map((_, index) => path.slice(0, index + 1))
  const isSecret = tasks.some(task => secrets.has(task) && ways.some(way => secrets.isAt(task, way)))
  if (!isSecret) return
  throw new InvalidOption(
    `payload.${path.join('.')} is secret, so it cannot be searched`,
    'search for something else, or let whoever may see secrets search with ks bg list',
  )
}

function statesOf(text: string | null | undefined): readonly JobState[] | undefined {
  if (!text) return undefined
  const states = text.split(',')
  const known = JOB_STATES.filter(state => states.includes(state))
  if (known.length === states.length) return known
  throw new InvalidOption(`state is ${text}`, `state is one or more of ${JOB_STATES.join(', ')}`)
}
