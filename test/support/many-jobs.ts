/** Statements that fill the tables as a shop with `count` waiting and as many finished jobs would, in seconds. */
export function manyJobs(count: number): readonly string[] {
  return [
    'select background.prepare_history(array[7])',
    `insert into background.job (id, run_at, attempt, task, queue, key, tags, payload, error)
     select n, now() + (case when n % 10 < 8 then -1 else 1 end) * n * interval '10 ms', case when n % 10 = 9 then 2 else 0 end,
            ${TASK}, case when n % 10 in (6, 7) then 'queue-' || n % 37 end, case when n % 50 = 0 then 'key-' || n end,
            case when n % 5 = 0 then array['order'] end, ${PAYLOAD}, case when n % 10 = 9 then ${ERROR} end
       from generate_series(${count} + 1, 2 * ${count}) n`,
    `insert into background.job_key select key, id from background.job where key is not null`,
    `insert into background.ready (id, run_at, priority, lane)
     select id, run_at, priority, 0 from background.job where run_at <= now() and queue is null`,
    `insert into background.member (queue, priority, run_at, id)
     select queue, priority, run_at, id from background.job where run_at <= now() and queue is not null`,
    `insert into background.deferred (run_at, id) select run_at, id from background.job where run_at > now()`,
    `insert into background.finished (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, state, task,
                                      key, tags, payload, error, max_attempts)
     select n, at, at + interval '7 days', at, at, n % 1000, 0, 1, case when n % 100 = 0 then 3 when n % 100 = 1 then 2 else 1 end,
            ${TASK}, case when n % 50 = 0 then 'key-' || n end, case when n % 5 = 0 then array['order'] end,
            ${PAYLOAD}, case when n % 100 = 0 then ${ERROR} end, 25
       from (select n, now() - (${count} - n) * interval '100 ms' as at from generate_series(1, ${count}) n) n`,
    `select setval(pg_get_serial_sequence('background.job', 'id'), 2 * ${count} + 1)`,
    `insert into background.worker (id, lease_until, name, host, pid, version, concurrency, tasks)
     select n, now() + interval '1 hour', 'worker-' || n, 'host', n, '0.1.0', 100, array(select 'Task' || i from generate_series(0, 19) i)
       from generate_series(1, 20) n`,
    `insert into background.claim (id, worker_id, ids)
     select n, 1 + n % 20, array(select ${count} + n * 20 + i from generate_series(1, 20) i) from generate_series(1, 50) n`,
    `delete from background.ready where id in (select unnest(ids) from background.claim)`,
    `delete from background.member where id in (select unnest(ids) from background.claim)`,
    `delete from background.deferred where id in (select unnest(ids) from background.claim)`,
    `insert into background.minute (at, worker_id, completed, failed, ended, ms, waited)
     select date_trunc('minute', now()) - n * interval '1 minute', w, 100, 3, 1, ${BUCKETS}, ${BUCKETS}
       from generate_series(0, 1439) n cross join generate_series(1, 20) w`,
    `insert into background.activity (actor, action, target, outcome)
     select 'ann@example.com', 'job.retry', n::text, 'done' from generate_series(1, 20000) n`,
  ]
}

const TASK = `'Task' || n % 20`
const PAYLOAD = `json_build_object('to', 'customer' || n || '@example.com', 'order', json_build_object('id', n, 'total', n % 977), 'note', repeat('x', 60))`
const ERROR = `json_build_object('name', case n % 3 when 0 then 'TypeError' else 'RangeError' end,
  'message', 'order ' || n || ' was declined by the bank after ' || n % 7 || ' attempts',
  'stack', E'RangeError: order was declined\\n    at node:internal/timers:581:17\\n    at pay (/app/node_modules/bank/index.js:10:7)\\n    at run (/app/tasks/ChargeCard.ts:' || n % 13 || E':11)' || repeat(E'\\n    at next (/app/node_modules/koa/application.js:1:1)', 8))`
const BUCKETS = `(select array_agg(case when i between 3 and 12 then 10 else 0 end) from generate_series(1, 32) i)`
