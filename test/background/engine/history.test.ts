import { afterEach, expect, test } from 'vitest'
import { dropHistory, prepareHistory } from '../../../background/engine/history.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'

const engine = useEngine()
const DAY = 86_400

/** `20261122` for the day so many days from now, by universal time. */
const day = (ahead: number) =>
  new Date(Date.now() + ahead * DAY * 1_000).toISOString().slice(0, 10).replaceAll('-', '')

async function partitions(): Promise<unknown[]> {
  return engine().column(
    `select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'background.finished'::regclass and c.relname <> 'finished_default' order by 1`,
  )
}

/** Jobs that are completed and kept for so many seconds each. */
async function finish(...keeps: number[]): Promise<string[]> {
  const ids = await engine().enqueue(...keeps.map(() => ({})))
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  for (const [index, job] of jobs.entries())
    await engine().complete(worker, [job], { keep: keeps[index] as number })
  await engine().complete(worker, [], {}, closingOf(...jobs))
  return ids
}

const placesOf = (ids: string[]) =>
  engine().column(
    'select tableoid::regclass::text from background.finished where id = any ($1) order by id',
    [ids],
  )

afterEach(async () => {
  for (const partition of await partitions()) await engine().query(`drop table background.${partition}`)
})

test('partitions are made for the days on which jobs expire, today and two days on', async () => {
  await prepareHistory(engine().db, [7, 0])
  expect(await partitions()).toEqual([0, 1, 2, 7, 8, 9].map(ahead => `finished_${day(ahead)}`))
  await prepareHistory(engine().db, [7, 0, 1])
  expect(await partitions()).toEqual([0, 1, 2, 3, 7, 8, 9].map(ahead => `finished_${day(ahead)}`))
  await prepareHistory(engine().db, [])
})

test('a finished job falls into the partition of its day, and is found by its id', async () => {
  await prepareHistory(engine().db, [7, 0])
  const ids = await finish(7 * DAY, 1, 30 * DAY)
  expect(await placesOf(ids)).toEqual([
    `background.finished_${day(7)}`,
    expect.stringMatching(new RegExp(`background.finished_(${day(0)}|${day(1)})`)),
    'background.finished_default',
  ])
  expect((await engine().query('select id from background.history where id = $1', [ids[0]])).length).toBe(1)
})

test('what had no partition yet moves into the one that is made for it', async () => {
  const ids = await finish(7 * DAY, 8 * DAY, 30 * DAY)
  expect(new Set(await placesOf(ids))).toEqual(new Set(['background.finished_default']))
  const before = await engine().query('select * from background.finished order by id')
  await prepareHistory(engine().db, [7])
  expect(await placesOf(ids)).toEqual([
    `background.finished_${day(7)}`,
    `background.finished_${day(8)}`,
    'background.finished_default',
  ])
  expect(await engine().query('select * from background.finished order by id')).toEqual(before)
})

test('so does what somebody is about to commit there', async () => {
  await engine().enqueue({}, {}, {})
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await engine().db.run({ name: '', text: 'begin' }, [])
  for (const [n, job] of jobs.entries()) await engine().complete(worker, [job], { keep: (7 + n) * DAY })
  const preparing = prepareHistory(engine().connect(), [7])
  await eventually(async () => (await engine().waiters()) === 1)
  await engine().db.run({ name: '', text: 'commit' }, [])
  await preparing
  expect(await placesOf(jobs.map(job => job.id))).toEqual(
    [7, 8, 9].map(ahead => `background.finished_${day(ahead)}`),
  )
})

test('a new partition has the indexes that find jobs', async () => {
  await prepareHistory(engine().db, [7])
  const indexes = await engine().column(
    `select substring(indexdef from '\\(.*') from pg_indexes where tablename = 'finished_${day(7)}' order by 1`,
  )
  expect(indexes).toEqual(['(id)', '(key, id) WHERE (key IS NOT NULL)', '(state, id) WHERE (state <> 1)'])
})

test('partitions of which every row has expired are dropped, and expired rows outside of them', async () => {
  await prepareHistory(engine().db, [0])
  const ids = await finish(1, 30 * DAY)
  await engine().query(`
    create table background.finished_20200101 partition of background.finished
       for values from ('2020-01-01 00:00+00') to ('2020-01-02 00:00+00')`)
  await engine().query(`update background.finished set expires_at = '2020-01-01 12:00+00' where id = $1`, [
    ids[0],
  ])
  expect(await placesOf(ids)).toEqual(['background.finished_20200101', 'background.finished_default'])
  await engine().query(`insert into background.finished_default select (jsonb_populate_record(f,
     '{"expires_at": "2019-05-05"}')).* from background.finished_default f`)
  expect(await dropHistory(engine().db)).toBe(1)
  expect(await partitions()).toEqual([0, 1, 2].map(ahead => `finished_${day(ahead)}`))
  expect(await placesOf(ids)).toEqual(['background.finished_default'])
  expect(await dropHistory(engine().db)).toBe(0)
})

test('a job that ends while its partition is made falls into it', async () => {
  const preparing = engine().connect()
  await preparing.run({ name: '', text: 'begin' }, [])
  await prepareHistory(preparing, [7])
  const finished = finish(7 * DAY, 8 * DAY)
  await eventually(async () => (await engine().waiters()) === 1)
  await preparing.run({ name: '', text: 'commit' }, [])
  expect(await placesOf(await finished)).toEqual([7, 8].map(ahead => `background.finished_${day(ahead)}`))
})

test('several who prepare at once, while jobs finish without end', async () => {
  let finishing = true
  const worker = (async () => {
    while (finishing) await finish(7 * DAY, 8 * DAY, 9 * DAY)
  })()
  const connections = Array.from({ length: 3 }, () => engine().connect())
  for (let round = 0; round < 5; round++) {
    await Promise.all(connections.map(db => prepareHistory(db, [7])))
    expect((await partitions()).length).toBe(3)
    for (const partition of await partitions())
      await engine().query(
        `with gone as (delete from background.${partition} returning *) select count(*) from gone`,
      )
    for (const partition of await partitions()) await engine().query(`drop table background.${partition}`)
  }
  finishing = false
  await worker
  await prepareHistory(engine().db, [7])
  expect(await engine().value('select count(*)::int from background.finished_default')).toBe(0)
})

test('whoever holds the history for long is not waited for', async () => {
  await prepareHistory(engine().db, [0])
  const reader = engine().connect()
  await reader.run({ name: '', text: 'begin' }, [])
  await reader.run({ name: '', text: 'select count(*) from background.finished' }, [])
  await expect(prepareHistory(engine().db, [9])).rejects.toMatchObject({ code: '55P03' })
  await reader.run({ name: '', text: 'commit' }, [])
  await prepareHistory(engine().db, [9])
})
