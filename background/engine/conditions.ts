import type { Condition, Moment, Pattern } from '../query.ts'

/** The conditions in parameter 9 as rows, for {@link fits}. */
export const CONDITIONS = `
conditions as materialized (
  select * from json_to_recordset($9::json) as c
         (field text, negated boolean, patterns text[], path text[], least integer[], most integer[], at timestamptz, ago float8))`

/**
 * Whether the job in row `row` fulfils every condition. The text is always the same: what is looked for comes in
 * parameters. An unknown value, such as the queue of a job without one, matches nothing, and the opposite of anything.
 */
export function fits(row: 'j' | 'h'): string {
  return `(
  select coalesce(bool_and(c.negated <> coalesce(case c.field
           when 'task' then ${row}.task like any (c.patterns)
           when 'queue' then ${row}.queue like any (c.patterns)
           when 'key' then ${row}.key like any (c.patterns)
           when 'tag' then exists (select from unnest(${row}.tags) t where t like any (c.patterns))
           when 'error' then nullif(concat_ws(': ', ${row}.error ->> 'name', ${row}.error ->> 'message'), '') ilike any (c.patterns)
           when 'payload' then ${row}.payload #>> c.path like any (c.patterns)
           when 'priority' then exists (
             select from unnest(c.least, c.most) as r (least, most) where ${row}.priority between r.least and r.most)
           when 'since' then ${row}.created_at >= coalesce(c.at, now() - c.ago * interval '1 millisecond')
           when 'before' then ${row}.created_at < coalesce(c.at, now() - c.ago * interval '1 millisecond')
           when 'worker' then exists (
             select from background.claim x join background.worker w on w.id = x.worker_id
              where ${row}.id = any (x.ids) and (w.name like any (c.patterns) or w.id::text like any (c.patterns)))
         end, false)), true) from conditions c)`
}

/** The value of parameter 9. */
export function conditionsValue(conditions: readonly Condition[]): string {
  return JSON.stringify(conditions.map(condition => ({ negated: condition.not, ...rowOf(condition) })))
}

function rowOf(condition: Condition): object {
  const { field } = condition
  switch (field) {
    case 'priority':
      return {
        field,
        least: condition.ranges.map(([least]) => least),
        most: condition.ranges.map(([, most]) => most),
      }
    case 'since':
    case 'before':
      return { field, ...momentOf(condition.time) }
    case 'payload':
      return { field, path: condition.path, patterns: condition.patterns.map(like) }
    default:
      return { field, patterns: condition.patterns.map(like) }
  }
}

function momentOf(time: Moment): object {
  return 'at' in time ? { at: time.at.toISOString() } : time
}

function like({ text, openStart, openEnd }: Pattern): string {
  return `${openStart ? '%' : ''}${text.replace(/[\\%_]/g, '\\$&')}${openEnd ? '%' : ''}`
}
