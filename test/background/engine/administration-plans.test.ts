import { expect, test } from 'vitest'
import { cancelJobs } from '../../../background/engine/cancel.ts'
import { circumstancesOf } from '../../../background/engine/circumstances.ts'
import { countJobs } from '../../../background/engine/count.ts'
import { discardJobs } from '../../../background/engine/discard.ts'
import { forgetJobs } from '../../../background/engine/forget.ts'
import { listIds, listJobs } from '../../../background/engine/list.ts'
import { logsOf } from '../../../background/engine/logs.ts'
import { listQueues } from '../../../background/engine/queue-list.ts'
import { removeJobs } from '../../../background/engine/remove.ts'
import { rescheduleJobs } from '../../../background/engine/reschedule.ts'
import { retryJobs } from '../../../background/engine/retry.ts'
import { replacePayloads } from '../../../background/engine/rotation.ts'
import { JOB_STATES, type JobState } from '../../../background/job.ts'
import { parseQuery } from '../../../background/query.ts'
import { describePlans } from '../../support/describe-plans.ts'
import { callsOf } from '../../support/engine-plans.ts'

const KEEP = { keep: 60, byTask: {} }
const IDS = ['1', '2', '70000']
const by = (states: readonly JobState[], more: object = {}) => ({ states, ...more })
const AGAIN = IDS.map(id => ({ id, task: 'A', payload: '{}', by: '{}' }))
const TAKEN_BACK = ['job_pkey', 'deferred_pkey', 'member_pkey', 'ready_order']
const EVERY_CONDITION = parseQuery(
  'task:A -queue:x -tag:t -error:e -payload.a:1 priority:0 since:1h -worker:w',
).conditions

const CALLS = {
  list: [callsOf(db => listJobs(db, by(JOB_STATES), 50)), ['job_pkey', 'finished_default_id_idx']],
  'list of ids': [callsOf(db => listIds(db, by(JOB_STATES), 50)), ['job_pkey', 'finished_default_id_idx']],
  'list of running ones': [callsOf(db => listJobs(db, by(['running']), 50)), ['job_pkey']],
  'list of discarded ones': [
    callsOf(db => listIds(db, by(['discarded', 'cancelled']), 50)),
    ['finished_default_state_id_idx'],
  ],
  'list by key': [
    callsOf(db => listJobs(db, by(JOB_STATES, { key: 'k10' }), 50)),
    ['job_key_pkey', 'job_pkey', 'finished_default_key_id_idx'],
  ],
  'list by ids': [
    callsOf(db => listJobs(db, by(JOB_STATES, { ids: IDS }), 50)),
    ['job_pkey', 'finished_default_id_idx'],
  ],
  'list with conditions': [
    callsOf(db => listIds(db, by(JOB_STATES, { conditions: EVERY_CONDITION }), 50)),
    ['job_pkey', 'finished_default_id_idx'],
  ],
  count: [callsOf(db => countJobs(db, by(JOB_STATES), 100)), ['job_pkey', 'finished_default_id_idx']],
  cancel: [callsOf(db => cancelJobs(db, IDS, '', KEEP)), [...TAKEN_BACK, 'cancellation_pkey']],
  discard: [callsOf(db => discardJobs(db, IDS, '', KEEP)), TAKEN_BACK],
  reschedule: [callsOf(db => rescheduleJobs(db, IDS, { delay: 1 })), TAKEN_BACK],
  remove: [callsOf(db => removeJobs(db, IDS)), [...TAKEN_BACK, 'finished_default_id_idx']],
  retry: [callsOf(db => retryJobs(db, IDS)), ['job_pkey', 'deferred_pkey', 'finished_default_id_idx']],
  forget: [callsOf(db => forgetJobs(db, IDS, KEEP)), [...TAKEN_BACK, 'finished_default_id_idx']],
  logs: [callsOf(db => logsOf(db, '70000')), ['job_pkey', 'finished_default_id_idx']],
  'payloads encrypted again': [callsOf(db => replacePayloads(db, 'job', AGAIN)), ['job_pkey']],
  'payloads of history encrypted again': [
    callsOf(db => replacePayloads(db, 'finished', AGAIN)),
    ['finished_default_id_idx'],
  ],
  why: [
    callsOf(db => circumstancesOf(db, '70000')),
    ['job_pkey', 'deferred_pkey', 'ready_order', 'member_pkey'],
  ],
  'list of queues': [callsOf(db => listQueues(db, '', 10)), ['member_pkey', 'slot_pkey', 'queue_pkey']],
} as const

/** Tables that grow, in which no statement may read more than it has to. */
const LARGE = ['job', 'ready', 'member', 'deferred', 'slot', 'job_key', 'finished_default']

const FILL = `
insert into background.job (run_at, task, queue, key, payload)
select now() + (n % 3 - 1) * interval '1 h', 'A', case when n % 3 = 1 then 'q' || n % 2000 end, case when n % 10 = 0 then 'k' || n end, '{}'
  from generate_series(1, 100000) n;
insert into background.job_key select key, id from background.job where key is not null;
insert into background.ready (id, run_at, priority, lane) select id, run_at, 0, 0 from background.job where run_at <= now() and queue is null;
insert into background.member (queue, priority, run_at, id) select queue, 0, run_at, id from background.job where run_at <= now() and queue is not null;
insert into background.deferred (run_at, id) select run_at, id from background.job where run_at > now();
insert into background.finished (id, finished_at, expires_at, created_at, run_at, priority, attempt, state, task, key, payload)
select n, now(), now(), now(), now(), 0, 1, case when n % 1000 = 0 then 3 else 1 end, 'A', case when n % 10 = 0 then 'k' || n % 5000 end, '{}'
  from generate_series(100001, 200000) n`

describePlans('whatever is done with jobs by hand reads no table from end to end', [FILL], execute => {
  test.each(Object.keys(CALLS) as (keyof typeof CALLS)[])('%s', async name => {
    const [calls, indexes] = CALLS[name]
    for (const executed of await execute(calls)) {
      expect(executed.indexes).toEqual(expect.arrayContaining([...indexes]))
      const read = executed.nodes.filter(node => LARGE.includes(node.table ?? ''))
      expect(read.filter(node => node.type === 'Seq Scan')).toEqual([])
      expect(Math.max(...read.map(node => node.rows))).toBeLessThanOrEqual(1_000)
    }
  })
})
