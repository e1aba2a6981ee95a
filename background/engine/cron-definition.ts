import type { CronEntry } from '../cron.ts'

/** The columns of an entry that come from its definition. */
export const CRON_COLUMNS = `
name, task, expression, time_zone, payload, queue, priority, max_attempts, key, key_mode, tags, missed, fill, cap, source`

/** The entries in the JSON array of parameter 1, as rows with {@link CRON_COLUMNS} in that order. */
export const GIVEN_CRONS = `
select g.name, g.task, g.expression, g.time_zone, coalesce(g.payload, 'null'), g.queue, coalesce(g.priority, 0),
       coalesce(g.max_attempts, 25), g.key, g.key_mode, g.tags, g.missed, g.fill * interval '1 millisecond', g.cap, g.source
  from json_to_recordset($1::json) as g
       (name text, task text, expression text, time_zone text, payload json, queue text, priority smallint,
        max_attempts smallint, key text, key_mode text, tags text[], missed text, fill float8, cap smallint, source text)`

/** What `on conflict do update` sets: the definition, and nothing that an entry has lived through. */
export const REDEFINE_CRON = `
task = excluded.task, expression = excluded.expression, time_zone = excluded.time_zone, payload = excluded.payload,
queue = excluded.queue, priority = excluded.priority, max_attempts = excluded.max_attempts, key = excluded.key,
key_mode = excluded.key_mode, tags = excluded.tags, missed = excluded.missed, fill = excluded.fill, cap = excluded.cap,
source = excluded.source`

/** The parameter for {@link GIVEN_CRONS}. */
export function cronDefinitions(entries: readonly CronEntry[]): string {
  return `[${entries.map(definition).join()}]`
}

function definition({ payload, timeZone, maxAttempts, keyMode, tags, ...same }: CronEntry): string {
  const rest = {
    ...same,
    time_zone: timeZone,
    max_attempts: maxAttempts,
    key_mode: keyMode,
    tags: tags.length > 0 ? tags : undefined,
  }
  return `${JSON.stringify(rest).slice(0, -1)},"payload":${payload}}`
}
