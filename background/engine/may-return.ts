import { probe } from './probe.ts'

/**
 * Whether job `j` may be tried again, as an SQL expression. One that lost its key to another while it ran may not,
 * unless both are batches: each has items of its own. Nor may one that was removed while it ran.
 */
export const MAY_RETURN = `(
  select not exists (select from background.last_attempt l where ${probe('l.job_id', 'j.id')})
     and coalesce((select k.job_id = j.id or json_typeof(j.payload) = 'array' and json_typeof(h.payload) = 'array'
                     from background.job_key k join background.job h on ${probe('h.id', 'k.job_id')} where k.key = j.key),
                  j.key is null or json_typeof(j.payload) = 'array'))`
