import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { DRAINED } from '../support/describe-plans.ts'
import { manyJobs } from '../support/many-jobs.ts'

/** Jobs of a database: one that waits in each place, one that has finished, and names that are in use. */
interface Given {
  readonly free: string
  readonly queued: string
  readonly later: string
  readonly past: string
  readonly keys: readonly string[]
}

const GIVEN = `
select (select max(id) from background.ready) as free, (select max(id) from background.member) as queued,
       (select max(id) from background.deferred) as later, (select max(id) from background.finished) as past,
       array(select key from background.job_key k where not exists (select from background.claim where k.job_id = any (ids)) limit 10) as keys`

const specs = (keys: readonly string[]) =>
  `array[${keys.map(key => `row('A', null, null, null, null, ${key}, null, null)`)}]::background.job_spec[]`
const ofAll = ({ free, queued, later }: Given) => `array[${[free, queued, later]}]`
const byKey = (mode: string, payload = '{}') =>
  `select background.add_job('A', '${payload}', job_key => '%', job_key_mode => '${mode}')`
const keyed =
  (sql: string) =>
  ({ keys: [key = ''] }: Given) =>
    sql.replaceAll('%', key)

/** What is called in SQL, by an app's own session. */
const CALLS: Readonly<Record<string, (given: Given) => string>> = {
  add_job: () => `select background.add_job('A')`,
  'add_job to a queue': () => `select background.add_job('A', queue_name => 'queue-1')`,
  'add_job for later': () => `select background.add_job('A', run_at => now() + interval '1 h')`,
  'add_job under a new key': () => `select background.add_job('A', job_key => 'new')`,
  'add_job under a key that is taken': keyed(byKey('replace')),
  'add_job, due as before': keyed(byKey('preserve_run_at')),
  'add_job unless the key is taken': keyed(byKey('unsafe_dedupe')),
  'add_job to a batch': keyed(`${byKey('replace', '[1]')}; ${byKey('replace', '[2]')}`),
  add_jobs: () => `select background.add_jobs(${specs(Array.from({ length: 10 }, () => 'null'))})`,
  'add_jobs under keys that are taken': ({ keys }) =>
    `select background.add_jobs(${specs(keys.map(key => `'${key}'`))})`,
  enqueue_keyed: ({ keys: [key] }) =>
    `select background.enqueue_keyed('[{}]', 'A', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
                                     array['${key}'], array['unsafe_dedupe'], '{}', null)`,
  remove_job: ({ free }) => `select background.remove_job(${free})`,
  'remove_job by key': keyed(`select background.remove_job('%')`),
  cancel_job: ({ queued }) => `select background.cancel_job(${queued})`,
  complete_jobs: given => `select background.complete_jobs(${ofAll(given)})`,
  permanently_fail_jobs: given => `select background.permanently_fail_jobs(${ofAll(given)})`,
  reschedule_jobs: given => `select background.reschedule_jobs(${ofAll(given)}, priority => 1)`,
  retry_jobs: ({ later, past }) => `select background.retry_jobs(array[${later}, ${past}])`,
  pause_queue: () => `select background.pause_queue('queue-1')`,
  resume_queue: () => `select background.resume_queue('queue-1')`,
}

const MANY = 30_000
/** None of them has to do with more than ten jobs. */
const MOST_ROWS = 100

const A_FEW = `
select background.add_job('A', job_key => 'key ' || n) from generate_series(1, 10) n;
select background.add_job('A', queue_name => 'queue-1'), background.add_job('A', run_at => now() + interval '1 h');
select background.complete_jobs(array[(background.add_job('A')).id])`

/** Without a word to the planner, as `truncate` would say one. */
const AWAY = ['job', 'job_key', 'ready', 'member', 'deferred', 'finished']
  .map(table => `delete from background.${table}`)
  .join(';')

const KEYS_FOR_ALL = [
  `update background.job set key = 'key-' || id where key is null`,
  'insert into background.job_key select key, id from background.job on conflict do nothing',
]

/** Rows of a table that this session has looked at. */
const READ = `
select relname as table, sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as rows
  from pg_stat_xact_all_tables
 where schemaname = 'background' and relname ~ '^(job|ready|member|deferred|job_key|finished.*|last_attempt|cancellation)$'
 group by relname order by relname`

describe.sequential('what SQL asks for costs as much beside many jobs as beside a few', () => {
  let database: TestDatabase
  let app: pg.Client

  beforeAll(async () => {
    database = await freshDatabase()
    app = new pg.Client(database.url)
    await app.connect()
  })
  afterAll(async () => {
    await app?.end()
    await database?.drop()
  })

  /** How many rows of each table a call looks at. It is undone. */
  async function rowsReadBy(call: string): Promise<Record<string, number>> {
    await app.query('begin')
    try {
      const before = await counted()
      await app.query(call)
      const after = await counted()
      return Object.fromEntries([...after].map(([table, rows]) => [table, rows - (before.get(table) ?? 0)]))
    } finally {
      await app.query('rollback')
    }
  }

  const counted = async () =>
    new Map((await app.query(READ)).rows.map(({ table, rows }): [string, number] => [table, rows]))

  async function fill(): Promise<void> {
    for (const step of [...manyJobs(MANY), ...KEYS_FOR_ALL]) await database.query(step)
  }

  const given = async () => (await database.query<Given & pg.QueryResultRow>(GIVEN))[0] as Given

  async function callAll(): Promise<void> {
    const some = await given()
    for (const call of Object.values(CALLS)) await rowsReadBy(call(some))
  }

  /** Plans of functions stay with the session. */
  async function reconnect(): Promise<void> {
    await app.end()
    app = new pg.Client(database.url)
    await app.connect()
  }

  const STATES: Readonly<Record<string, () => Promise<unknown>>> = {
    'that were nearly empty when the session made its plans': async () => {
      await database.query(A_FEW)
      await database.query('vacuum analyze')
      for (let again = 0; again < 7; again++) await callAll()
      await database.query(AWAY)
      await fill()
    },
    'of which the planner knows nothing': reconnect,
    'that have been analyzed': async () => {
      await database.query('analyze')
      await reconnect()
    },
    ...Object.fromEntries(
      Object.entries(DRAINED).map(([name, step]) => [
        name,
        async () => {
          await database.query(step)
          await reconnect()
        },
      ]),
    ),
  }

  describe.each(Object.keys(STATES))('in tables %s', state => {
    beforeAll(() => STATES[state]?.(), 60_000)

    test.each(Object.keys(CALLS))('%s', async name => {
      const call = CALLS[name]?.(await given()) as string
      // a plan that is made for these values comes first, one for all values later
      for (let again = 0; again < 7; again++) {
        const read = await rowsReadBy(call)
        expect(Math.max(0, ...Object.values(read)), JSON.stringify(read)).toBeLessThanOrEqual(MOST_ROWS)
      }
    })
  })
})
