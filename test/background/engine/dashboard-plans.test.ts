import { expect, test } from 'vitest'
import {
  beginActivity,
  findActivity,
  listActivities,
  settleActivity,
} from '../../../background/engine/activity.ts'
import { errorGroups } from '../../../background/engine/error-groups.ts'
import { schemaHealth } from '../../../background/engine/health.ts'
import { addToMinute, series } from '../../../background/engine/minutes.ts'
import { overview, taskOverviews } from '../../../background/engine/overview.ts'
import { pulse } from '../../../background/engine/pulse.ts'
import { listWorkers } from '../../../background/engine/worker-list.ts'
import { BUCKETS } from '../../../background/series.ts'
import { describePlans } from '../../support/describe-plans.ts'
import { callsOf } from '../../support/engine-plans.ts'
import { manyJobs } from '../../support/many-jobs.ts'

const NONE = new Array<number>(BUCKETS).fill(0)
const TOLD = { completed: 1, failed: 0, ended: 0, ms: NONE, waited: NONE }
const DEED = { actor: 'ann', action: 'job.retry', target: '7' }

/** What the dashboard asks and tells: by which indexes, and how many rows of a table it may look at. */
const CALLS = {
  overview: [
    callsOf(overview),
    ['ready_order', 'member_pkey', 'deferred_pkey', 'job_pkey', 'finished_default_state_id_idx'],
    10_001,
  ],
  'task overviews': [callsOf(taskOverviews), ['finished_default_id_idx'], 10_000],
  'error groups': [
    callsOf(db => errorGroups(db, 100)),
    ['finished_default_state_id_idx', 'deferred_pkey', 'job_pkey'],
    4_000,
  ],
  'health of the schema': [callsOf(schemaHealth), ['job_pkey'], 10_000],
  pulse: [
    callsOf(pulse),
    ['job_pkey', 'finished_default_id_idx', 'activity_pkey', 'minute_pkey'],
    // each worker has a row for each of two minutes
    60,
  ],
  'series of an hour': [callsOf(db => series(db, 60, 1)), ['minute_pkey'], 60 * 20],
  'a minute that is told': [callsOf(db => addToMinute(db, '1', TOLD)), ['minute_pkey'], 100],
  'activity begun': [callsOf(db => beginActivity(db, DEED)), ['activity_pkey'], 10],
  'activity settled': [callsOf(db => settleActivity(db, '7', 'done', {})), ['activity_pkey'], 1],
  'activity found': [callsOf(db => findActivity(db, '7')), ['activity_pkey'], 1],
  'activities listed': [
    callsOf(db => listActivities(db, { actor: 'nobody' }, 50)),
    ['activity_pkey'],
    10_000,
  ],
  // those that are claimed
  workers: [callsOf(listWorkers), ['job_pkey'], 1_000],
} as const

/** Tables that grow, in which nothing is read from end to end. */
const LARGE = /^(job|ready|member|deferred|slot|job_key|finished.*|activity|minute)$/

describePlans('what a dashboard asks costs as much for many jobs as for a few', manyJobs(60_000), execute => {
  test.each(Object.keys(CALLS) as (keyof typeof CALLS)[])('%s', async name => {
    const [calls, indexes, most] = CALLS[name]
    for (const executed of await execute(calls)) {
      expect(executed.indexes).toEqual(expect.arrayContaining([...indexes]))
      const read = executed.nodes.filter(node => LARGE.test(node.table ?? ''))
      expect(read.filter(node => node.type === 'Seq Scan')).toEqual([])
      expect(Math.max(0, ...read.map(node => node.rows + node.removed))).toBeLessThanOrEqual(most)
    }
  })
})
