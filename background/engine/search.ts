import { FINISHED, type JobState, UNFINISHED, WAITING } from '../job.ts'
import type { Condition } from '../query.ts'
import { CONDITIONS, conditionsValue, fits } from './conditions.ts'
import { plainArray, textArray } from './statement.ts'

/** Which jobs are looked for. What is undefined does not matter. */
export interface Search {
  readonly states: readonly JobState[]
  readonly task?: string | undefined
  readonly queue?: string | undefined
  readonly key?: string | undefined
  readonly tag?: string | undefined
  /** Scheduled then or later. */
  readonly since?: Date | undefined
  /** More that must be so. */
  readonly conditions?: readonly Condition[] | undefined
  /** Only these. */
  readonly ids?: readonly string[] | undefined
  /** Only jobs with a smaller id. */
  readonly before?: string | undefined
}

const LARGEST_ID = '9223372036854775807'

/** What a look at a job shows, for every source in the same order. */
const LOOK_AT_UNFINISHED = `
select j.id, case when j.id in (select unnest(ids) from background.claim) then 'running'
                  when j.run_at > now() and j.attempt > 0 then 'retryable'
                  when j.run_at > now() then 'scheduled'
                  else 'available' end as state,
       j.task, j.queue, j.key, j.tags, j.created_at`
const LOOK_AT_FINISHED = `
select h.id, (array['completed', 'cancelled', 'discarded'])[h.state] as state,
       h.task, h.queue, h.key, h.tags, h.created_at`

/** Where jobs are found, newest first, each by an index of its own. Parameter 1 is the id to begin before, 2 the most to look at. */
const SOURCES = {
  unfinished: `from background.job j where j.id < $1::bigint order by j.id desc limit $2::int`,
  running: `from background.job j
 where j.id < $1::bigint and j.id = any (array(select unnest(ids) from background.claim)) order by j.id desc limit $2::int`,
  unfinished_by_key: `from background.job j
 where j.id = (select job_id from background.job_key where key = $6::text) and j.id < $1::bigint limit $2::int`,
  unfinished_by_id: `from background.job j
 where j.id = any ($10::bigint[]) and j.id < $1::bigint limit $2::int`,
  finished: `from background.finished h where h.id < $1::bigint order by h.id desc limit $2::int`,
  cancelled: `from background.finished h where h.state = 2 and h.id < $1::bigint order by h.id desc limit $2::int`,
  discarded: `from background.finished h where h.state = 3 and h.id < $1::bigint order by h.id desc limit $2::int`,
  finished_by_key: `from background.finished h where h.key = $6::text and h.id < $1::bigint limit $2::int`,
  finished_by_id: `from background.finished h where h.id = any ($10::bigint[]) and h.id < $1::bigint limit $2::int`,
}

type Source = keyof typeof SOURCES

/** Whether a job in `looked` is one that is looked for: parameters 3 to 10. */
export const MATCHES = `
state = any ($3::text[]) and ($4::text is null or task = $4) and ($5::text is null or queue = $5)
and ($6::text is null or key = $6) and ($7::text is null or $7 = any (tags))
and ($8::timestamptz is null or created_at >= $8) and ($9::json is null or fits) and ($10::bigint[] is null or id = any ($10))`

/**
 * The jobs to look at for `search`, newest first, as common table expressions, and a name for them: which sources
 * they have depends on what is known. Rows come as they are read from them, and reading ends at parameter 2.
 */
export function looked(search: Search): { readonly name: string; readonly cte: string } {
  const sources = sourcesFor(search)
  const hasConditions = (search.conditions ?? []).length > 0
  const all = sources.map(source => `(${lookAt(source, hasConditions)})`).join('\n  union all\n')
  return {
    name: sources.join('_') + (hasConditions ? '_where' : ''),
    cte: `${hasConditions ? `${CONDITIONS},` : ''}
looked as materialized (
  select * from (${all}) every order by id desc limit $2::int)`,
  }
}

/** Without conditions nothing is read but what a row has at hand. */
function lookAt(source: Source, hasConditions: boolean): string {
  const from = SOURCES[source]
  const isUnfinished = from.startsWith('from background.job ')
  const columns = isUnfinished ? LOOK_AT_UNFINISHED : LOOK_AT_FINISHED
  return `${columns}, ${hasConditions ? fits(isUnfinished ? 'j' : 'h') : 'true'} as fits\n  ${from}`
}

/** Parameters 1 to 10. */
export function searchValues(search: Search, most: number): unknown[] {
  const { before = LARGEST_ID, states, task, queue, key, tag, since, conditions = [], ids } = search
  return [
    before,
    most,
    textArray(states),
    task ?? null,
    queue ?? null,
    key ?? null,
    tag ?? null,
    since?.toISOString() ?? null,
    conditions.length > 0 ? conditionsValue(conditions) : null,
    ids ? plainArray(ids) : null,
  ]
}

function sourcesFor({ states, key, ids }: Search): Source[] {
  const wants = (some: readonly JobState[]) => some.some(state => states.includes(state))
  const by = key !== undefined ? 'by_key' : ids ? 'by_id' : undefined
  if (by)
    return [
      ...(wants(UNFINISHED) ? ([`unfinished_${by}`] as const) : []),
      ...(wants(FINISHED) ? ([`finished_${by}`] as const) : []),
    ]
  return [
    ...(wants(WAITING) ? (['unfinished'] as const) : wants(['running']) ? (['running'] as const) : []),
    ...(wants(['completed'])
      ? (['finished'] as const)
      : (['cancelled', 'discarded'] as const).filter(state => wants([state]))),
  ]
}
