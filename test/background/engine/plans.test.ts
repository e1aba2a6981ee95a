import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { abandon } from '../../../background/engine/abandon.ts'
import { claim } from '../../../background/engine/claim.ts'
import { claimQueues } from '../../../background/engine/claim-queues.ts'
import { complete } from '../../../background/engine/complete.ts'
import { fail } from '../../../background/engine/fail.ts'
import { find } from '../../../background/engine/find.ts'
import { look } from '../../../background/engine/look.ts'
import { promote } from '../../../background/engine/promote.ts'
import { release } from '../../../background/engine/release.ts'
import { rescue } from '../../../background/engine/rescue.ts'
import { heartbeat } from '../../../background/engine/worker-lease.ts'
import type { Connection } from '../../../framework/connection.ts'
import type { Call } from '../../../framework/executor.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import { DRAINED } from '../../support/describe-plans.ts'
import { allOf, callsOf, inputsOf, type PlanNode, Planner, readWhole } from '../../support/engine-plans.ts'

/** Tables that grow; reading one of them from end to end is never right. */
const LARGE = ['job', 'ready', 'member', 'deferred', 'slot', 'job_key', 'finished', 'finished_default']
const END = { claims: ['1'], slots: [{ claim: '1', queue: 'q1', slot: 1 }] }
const JOB = { claim: '1', id: '7', ms: 1, keep: 60 }
const FAILED = { ...JOB, again: 1, state: 'discarded', counts: true, error: '{}' } as const
const ask = (db: (db: Connection) => Promise<unknown>) => callsOf(db)
const given = async (call: Call) => [call]

type Asked = [name: string, calls: Promise<Call[]>, ...indexes: string[][]]

/** Statements, and the indexes by which each has to find its rows. */
const STATEMENTS: readonly Asked[] = [
  [
    'claim',
    ask(db => claim(db, { claim: '2', worker: '1', lanes: [0, 1], limit: 10 })),
    ['ready_order', 'job_pkey'],
  ],
  [
    'claim of queues',
    ask(db => claimQueues(db, { claim: '2', worker: '1', slots: 10, perSlot: 10, cursor: '' })),
    ['member_pkey', 'slot_pkey', 'queue_pkey'],
    ['slot_claim', 'member_pkey', 'job_pkey'],
  ],
  ['complete', given(complete('1', [JOB], END)), ['claim_pkey', 'job_pkey', 'job_key_pkey', 'slot_pkey']],
  ['fail', given(fail('1', [FAILED], END)), ['claim_pkey', 'job_pkey', 'job_key_pkey', 'slot_pkey']],
  ['release', given(release('1', [JOB], END)), ['claim_pkey', 'job_pkey', 'slot_pkey']],
  ['abandon', ask(db => abandon(db, '1', ['2'])), ['claim_pkey', 'job_pkey', 'slot_claim']],
  ['rescue', ask(db => rescue(db, 60)), ['claim_pkey', 'job_pkey', 'slot_claim', 'job_key_pkey']],
  ['promote', ask(db => promote(db, { limit: 10, keep: 60 })), ['deferred_pkey', 'job_pkey', 'job_key_pkey']],
  ['look', ask(db => look(db, [0])), ['ready_order', 'member_pkey', 'deferred_pkey']],
  ['heartbeat', ask(db => heartbeat(db, '1', 1)), ['worker_pkey']],
  ['find', ask(db => find(db, '7')), ['job_pkey', 'finished_default_id_idx']],
]

const FILL = `
insert into background.job (run_at, task, queue, key, payload)
select now() - n * interval '1 ms', 'A', case when n % 3 = 1 then 'q' || n % 2000 end, case when n % 10 = 0 then 'k' || n end, '{}'
  from generate_series(1, 200000) n;
insert into background.job_key select key, id from background.job where id % 10 = 0;
insert into background.ready (id, run_at, priority, lane) select id, run_at, 0, 0 from background.job where id % 3 = 0;
insert into background.member (queue, priority, run_at, id)
select queue, 0, run_at, id from background.job where queue is not null;
insert into background.deferred (run_at, id) select run_at, id from background.job where id % 3 = 2;
insert into background.slot select 'taken ' || n, 1, 9 from generate_series(1, 2000) n;
insert into background.finished (id, finished_at, expires_at, created_at, run_at, priority, attempt, state, task, payload)
select id, now(), now(), now(), now(), 0, 1, 1, 'A', '{}' from background.job where id % 10 = 0`
const WORKER = `
insert into background.worker (id, lease_until, name, host, pid, version, concurrency, tasks)
values (1, now() + interval '1 hour', '', '', 1, '', 1, '{}')`
const QUIET = LARGE.filter(table => table !== 'finished').map(
  table => `alter table background.${table} set (autovacuum_enabled = off)`,
)

const DRAIN = ['ready', 'member', 'deferred', 'job'].map(
  table => `delete from background.${table} where id > 100`,
)

/** Indexes under a plan, and whatever in it would read a large table from end to end. */
function judged(plan: PlanNode): { indexes: string[]; wrong: string[] } {
  const nodes = allOf(plan)
  const scans = nodes.filter(node => node.type === 'Seq Scan' && LARGE.includes(node.table ?? ''))
  // joined to others, it would compare all with all
  const walked = readWhole(plan).filter(
    node => node.walks && [...LARGE, 'queue', 'claim'].includes(node.table ?? ''),
  )
  const sorted = nodes.filter(node => node.type === 'Sort').flatMap(inputsOf)
  const sorts = sorted.filter(node => ['ready', 'member', 'deferred'].includes(node.table ?? ''))
  return {
    indexes: [...new Set(nodes.map(node => node.index).filter(index => index !== undefined))],
    wrong: [
      ...scans.map(node => `scan of ${node.table}`),
      ...walked.map(node => `walk through ${node.index}`),
      ...sorts.map(node => `sort of ${node.table}`),
    ],
  }
}

describe.sequential('every statement finds its rows by index and reads no more than it takes', () => {
  let database: TestDatabase
  let planner: Planner

  beforeAll(async () => {
    database = await freshDatabase()
    planner = new Planner(database.url)
    await planner.open()
    for (const step of [...QUIET, WORKER]) await database.query(step)
  })
  afterAll(async () => {
    await planner.close()
    await database.drop()
  })

  describe.each<[string, string[]]>([
    ['on empty tables', []],
    ['on tables that are known to be empty', ['vacuum analyze']],
    ['on full tables of which the planner knows nothing', [FILL]],
    ['on full tables', ['vacuum analyze']],
    ...Object.entries(DRAINED).map(([name, step]): [string, string[]] => [`on full tables ${name}`, [step]]),
    ['on tables that were full when they were analyzed', ['vacuum analyze', ...DRAIN]],
  ])('%s', (_, steps) => {
    beforeAll(async () => {
      for (const step of steps) await database.query(step)
      await planner.forget()
    })

    test.each(STATEMENTS)('%s by index', async (...statement) => {
      const [, asked, ...indexes] = statement as Asked
      for (const [index, call] of (await asked).entries()) {
        const found = judged(await planner.plan(call))
        expect(found.wrong).toEqual([])
        expect(found.indexes).toEqual(expect.arrayContaining(indexes[index] as string[]))
      }
    })

    test.each(['claim', 'promote', 'look', 'claim of queues'])('%s no more than it takes', async name => {
      const [, asked] = STATEMENTS.find(statement => statement[0] === name) as Asked
      for (const call of await asked) {
        const nodes = allOf(await planner.plan(call, { analyze: true }))
        const read = nodes.filter(node => LARGE.includes(node.table ?? '')).map(node => node.rows)
        expect(Math.max(0, ...read)).toBeLessThanOrEqual(100)
      }
    })
  })
})
