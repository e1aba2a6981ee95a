import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { cronEntry } from '../../background/cron.ts'
import { activeCrons } from '../../background/engine/cron-active.ts'
import { syncCrons } from '../../background/engine/cron-sync.ts'
import { tickCrons } from '../../background/engine/cron-tick.ts'
import { dropHistory, prepareHistory } from '../../background/engine/history.ts'
import { rescue } from '../../background/engine/rescue.ts'
import { migrateDatabase, migrationSql, schemaStatus } from '../../background/migrate.ts'
import { openDatabase } from '../../framework/database.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.ts'
import { byNumber, closingOf, Engine, expectConsistent } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { dumpSchema } from '../support/schema-dump.ts'
import { useWorkers } from '../support/worker.ts'

function open({ url }: TestDatabase) {
  const database = openDatabase({ url, poolSize: 1, applicationName: 'migrate test' })
  onTestFinished(() => database.close())
  return database
}

test('the script makes the same schema as the migrator', async () => {
  const [migrated, scripted] = [await freshDatabase(), await emptyDatabase()]
  onTestFinished(() => migrated.drop())
  onTestFinished(() => scripted.drop())
  await scripted.query(await migrationSql(open(scripted)))
  expect(await dumpSchema(scripted)).toBe(await dumpSchema(migrated))
  expect(await schemaStatus(open(scripted))).toMatchObject({ pending: [], unknown: [] })
})

/** One more migration that only adds: a column to every table, a table, an index, a function. */
const FUTURE = `
do $$ declare
  name text;
begin
  for name in
    select oid::regclass from pg_class
     where relnamespace = 'background'::regnamespace and relkind in ('r', 'p') and not relispartition
  loop
    execute format('alter table %s add column future text[] not null default ''{added}''', name);
  end loop;
end $$;
create table background.future (job_id bigint primary key, hint text);
create index job_future on background.job (future);
create index finished_future on background.finished (future);
create function background.future() returns integer language sql as 'select 1';
insert into background.migration (name) values ('9999_future')`

describe('this code on a schema that newer code has added to', () => {
  let database: TestDatabase
  let engine: Engine
  beforeAll(async () => {
    database = await freshDatabase()
    engine = new Engine(database)
    await engine.query(FUTURE)
  })
  afterEach(async () => {
    await expectConsistent(engine).finally(() => engine.reset())
  })
  afterAll(() => engine.close())
  const workers = useWorkers(() => engine)

  test('takes it for its own', async () => {
    expect(await migrateDatabase(open(database))).toEqual([])
    expect(await schemaStatus(open(database))).toMatchObject({ unknown: ['9999_future'], breaking: [] })
  })

  test('schedules, claims, completes and keeps', async () => {
    const ids = await engine.enqueue({}, { queue: 'q' }, { delay: 60_000 }, { tags: ['t'], priority: 3 })
    await engine.letDue()
    const worker = await engine.worker()
    const free = await engine.claim(worker)
    const { runs } = await engine.claimQueues(worker)
    const jobs = [...free, ...runs.flatMap(run => run.jobs)]
    const slots = runs.map(({ claim, queue, slot }) => ({ claim, queue, slot }))
    expect(await engine.complete(worker, jobs, {}, { ...closingOf(...jobs), slots })).toEqual(ids)
    expect(await engine.column('select id from background.history order by id')).toEqual(ids)
    expect(await engine.value('select count(*)::int from background.job')).toBe(0)
  })

  test('fails, retries, discards and gives back', async () => {
    const ids = await engine.enqueue({}, {}, {})
    const worker = await engine.worker()
    const [one, two, three] = (await engine.claim(worker)).sort((a, b) => byNumber(a.id, b.id))
    await engine.fail(worker, [one as never])
    await engine.fail(worker, [two as never], { again: null, error: '{"message":"no"}' })
    await engine.release(worker, [three as never], closingOf(three as never))
    expect(await engine.column('select state from background.jobs order by id')).toEqual([
      'retryable',
      'available',
    ])
    expect(await engine.query('select id, state from background.history')).toEqual([
      { id: ids[1], state: 'discarded' },
    ])
  })

  test('replaces under a key', async () => {
    const id = await engine.keyed({ payload: '[1]' })
    expect(await engine.keyed({ payload: '[2]' })).toBe(id)
    expect(await engine.value('select payload::text from background.job')).toBe('[1,2]')
  })

  test('rescues', async () => {
    const ids = await engine.enqueue({}, { queue: 'q' })
    const worker = await engine.worker()
    await engine.claim(worker)
    await engine.claimQueues(worker)
    await engine.expire(worker)
    expect((await rescue(engine.db, 60)).map(({ id }) => id).sort(byNumber)).toEqual(ids)
  })

  test('turns history over, with partitions like those of newer code', async () => {
    await prepareHistory(engine.db, [0, 7])
    const [id] = await engine.enqueue({})
    const worker = await engine.worker()
    const jobs = await engine.claim(worker)
    await engine.complete(worker, jobs, { keep: 7 * 86_400 }, closingOf(...jobs))
    expect(await engine.query('select id, future from background.finished')).toEqual([
      { id, future: ['added'] },
    ])
    await dropHistory(engine.db)
  })

  test('schedules by cron', async () => {
    await syncCrons(engine.db, [cronEntry({ task: 'A', expression: '@hourly' }, 'config')])
    await engine.query(`update background.cron set known_since = now() - interval '2 days'`)
    const [entry] = (await activeCrons(engine.db)).entries
    const at = Math.floor(Date.now() / 3_600_000) * 3_600_000
    const due = { ticks: [{ at, backfilled: false }], last: at, missed: false }
    const [ticked] = await tickCrons(engine.db, [{ entry: entry as never, due }])
    expect(ticked?.jobs).toHaveLength(1)
  })

  test('works', async () => {
    const [done, failed] = await engine.enqueue({ queue: 'q' }, { task: 'B', maxAttempts: 1 })
    const { worker } = await workers.start({
      A: () => 'done',
      B: () => {
        throw new Error('no')
      },
    })
    await worker.untilEmpty()
    expect(await engine.query('select id, state from background.history order by id')).toEqual([
      { id: done, state: 'completed' },
      { id: failed, state: 'discarded' },
    ])
  })
})

describe('this code while newer code makes a breaking change', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = new Engine(await freshDatabase())
  })
  afterAll(() => engine.close())
  const workers = useWorkers(() => engine)

  test('a worker at work ends, and none starts again', async () => {
    const { worker, told } = await workers.start({ A: () => 'done' })
    await engine.query(`insert into background.migration (name) values ('9998_additive')`)
    await engine.query(`insert into background.migration (name, breaking) values ('9999_future', true)`)
    await eventually(async () => told('worker:stopped').length === 1, 20_000)
    expect(told('worker:lost')).toEqual([])
    await worker.stop()
    const database = openDatabase({ url: engine.url, poolSize: 1, applicationName: 'migrate test' })
    onTestFinished(() => database.close())
    await expect(migrateDatabase(database)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' })
  })

  test('one that only adds ends nobody', async () => {
    const id = await engine.worker()
    await engine.query(`insert into background.migration (name) values ('9997_additive')`)
    expect(await engine.value(`select told from background.worker where id = ${id}`)).toBeNull()
  })
})
