/** The database as one sees it from outside, in the words of the specification: what `Model.view()` answers. */
export const VIEW = `
select json_build_object(
  'jobs', (
    select coalesce(json_agg(json_build_object(
             'id', j.id::text, 'queue', j.queue, 'priority', j.priority, 'maxAttempts', j.max_attempts,
             'attempt', j.attempt, 'crashes', j.crashes, 'payload', j.payload, 'error', j.error ->> 'message',
             'state', j.state, 'worker', j.worker_id::text, 'key', j.key,
             'dueIn', round(extract(epoch from j.run_at - now())::numeric / 3600)::int,
             'age', round(extract(epoch from now() - j.created_at)::numeric / 3600)::int,
             'cancelling', c.reason, 'isLastAttempt', l.job_id is not null)
             order by j.priority, j.run_at, j.id), '[]')
      from background.jobs j
      left join background.cancellation c on c.job_id = j.id
      left join background.last_attempt l on l.job_id = j.id),
  'history', (
    select coalesce(json_object_agg(f.id, json_build_object(
             'state', (array['completed', 'cancelled', 'discarded'])[f.state], 'queue', f.queue,
             'priority', f.priority, 'maxAttempts', f.max_attempts, 'attempt', f.attempt, 'key', f.key,
             'payload', f.payload, 'error', f.error ->> 'message')), '{}')
      from background.finished f),
  'keys', (select coalesce(json_object_agg(key, job_id::text), '{}') from background.job_key),
  'queues', (
    select coalesce(json_object_agg(name, json_build_object(
             'concurrency', concurrency, 'paused', paused_at is not null)), '{}')
      from background.queue where concurrency > 1 or paused_at is not null),
  'pausedCrons', (
    select coalesce(json_agg(name order by name), '[]') from background.cron where paused_at is not null),
  'workers', (
    select coalesce(json_object_agg(id, lease_until > clock_timestamp()), '{}') from background.worker),
  'claims', (
    select coalesce(json_agg(id || ' of ' || worker_id order by (id || ' of ' || worker_id) collate "C"), '[]') from background.claim),
  'slots', (
    select coalesce(json_agg(s.slot order by s.slot), '[]')
      from (select (number || ' of ' || queue || ' by ' || claim_id) collate "C" as slot from background.slot) s))
`
