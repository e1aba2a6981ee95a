import { expect, test } from 'vitest'
import { enqueueAll, enqueueMany } from '../../../background/engine/enqueue.ts'
import { setAside } from '../../../background/engine/lanes.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

const PAYLOADS = [
  '9007199254740993',
  '-0.10e+5',
  '[[1,[2,[3]]],[]]',
  '{"b":1,"a":2,"b":3}',
  ' { "spaced" : [ 1 , 2 ] } ',
  '"\\u00e9\\n\\\\ \\" é 漢 🦊"',
  'null',
  'false',
  '""',
  '{}',
]

test('a payload is stored byte for byte', async () => {
  await engine().enqueue(...PAYLOADS.map(payload => ({ payload })))
  expect(await engine().column('select payload::text from background.job order by id')).toEqual(
    PAYLOADS.map(payload => payload.trim()),
  )
})

test('ids come in the order of the jobs, and ascend', async () => {
  const ids = await engine().enqueue(...Array.from({ length: 500 }, (_, n) => ({ payload: String(n) })))
  expect(await engine().column('select payload::text from background.job order by id')).toEqual(
    ids.map((_, n) => String(n)),
  )
  expect(ids.map(Number)).toEqual([...ids].map(Number).sort((a, b) => a - b))
})

test('what is left out has its default', async () => {
  await engine().enqueue({})
  const [job] = await engine().query(
    `select queue, key, tags, priority, attempt, max_attempts, crashes, error, run_at = created_at as due from background.job`,
  )
  expect(job).toEqual({
    ...{ queue: null, key: null, tags: null, error: null },
    ...{ priority: 0, attempt: 0, max_attempts: 25, crashes: 0, due: true },
  })
})

test('every option is stored, also where jobs beside it have other ones or none', async () => {
  const runAt = new Date('2001-02-03T04:05:06.789Z')
  await engine().enqueue(
    { task: 'A', queue: 'q', runAt, priority: -32_768, maxAttempts: 32_767, tags: ['x', 'y'] },
    {},
    { task: 'B', delay: 60_000, priority: 32_767, maxAttempts: 1, tags: ['z'] },
  )
  const jobs = await engine().query(
    `select task, queue, priority, max_attempts, tags, extract(epoch from run_at - created_at)::int as wait, run_at
       from background.job order by id`,
  )
  expect(jobs).toMatchObject([
    { task: 'A', queue: 'q', priority: -32_768, max_attempts: 32_767, tags: ['x', 'y'], run_at: runAt },
    { task: 'A', queue: null, priority: 0, max_attempts: 25, tags: null, wait: 0 },
    { task: 'B', queue: null, priority: 32_767, max_attempts: 1, tags: ['z'], wait: 60 },
  ])
})

test('a due job waits in ready, one with a queue in member, one for later in deferred', async () => {
  const past = new Date(Date.now() - 1_000)
  const ids = await engine().enqueue(
    { payload: '1' },
    { payload: '2', runAt: past },
    { payload: '3', queue: 'q' },
    { payload: '4', delay: 10_000 },
    { payload: '5', delay: 10_000, queue: 'q' },
    { payload: '6', runAt: new Date(Date.now() + 10_000) },
    { payload: '7', delay: 0 },
  )
  const waiting = (table: string) => engine().column(`select id from background.${table} order by id`)
  expect(await waiting('ready')).toEqual([ids[0], ids[1], ids[6]])
  expect(await waiting('member')).toEqual([ids[2]])
  expect(await waiting('deferred')).toEqual([ids[3], ids[4], ids[5]])
})

test('a job of a task that was set aside waits in the lane of its task', async () => {
  await setAside(engine().db, ['Strange'])
  await engine().enqueue({ task: 'A' }, { task: 'Strange' })
  expect(
    await engine().column(`
      select r.lane = coalesce(l.id, 0) from background.ready r join background.job j on j.id = r.id
        left join background.lane l on l.task = j.task`),
  ).toEqual([true, true])
  expect(await engine().value('select count(distinct lane)::int from background.ready')).toBe(2)
})

const ODD = [
  'plain',
  'with, comma',
  '"quoted"',
  "it's",
  'back\\slash',
  '{braces}',
  ' space ',
  'null',
  'NULL',
  '漢字🦊é',
  '%_$1',
]

test('tags, tasks and queues are kept whatever characters they have', async () => {
  await engine().enqueue(...ODD.map(odd => ({ task: odd, queue: odd, tags: [odd, ...ODD] })), { task: 'B' })
  const jobs = await engine().query(
    'select task, queue, tags from background.job where queue is not null order by id',
  )
  expect(jobs).toEqual(ODD.map(odd => ({ task: odd, queue: odd, tags: [odd, ...ODD] })))
})

test('no tags are null, whether or not others have some', async () => {
  await engine().enqueue({ tags: [] }, { tags: ['a'] }, {})
  expect(await engine().column('select tags from background.job order by id')).toEqual([null, ['a'], null])
})

test('one job that the database refuses takes the others of its statement with it', async () => {
  await expect(engine().enqueue({}, { payload: '{oops' }, {})).rejects.toMatchObject({ code: '22P02' })
  expect(await engine().value('select count(*)::int from background.job')).toBe(0)
})

test('many jobs: in the order given, over several statements, in one transaction', async () => {
  const jobs = Array.from({ length: 2_500 }, (_, n) => ({ task: 'A', payload: String(n) }))
  const ids = await enqueueMany(engine().db, jobs)
  expect(new Set(ids).size).toBe(2_500)
  const stored = await engine().query<{ id: string; payload: string }>(
    'select id, payload::text from background.job order by id',
  )
  expect(stored.map(job => job.id)).toEqual(ids)
  expect(stored.map(job => job.payload)).toEqual(jobs.map(job => job.payload))
  expect(await engine().value('select count(distinct xmin::text)::int from background.job')).toBe(1)
})

test('many jobs: all or none, also when the last statement is the one that fails', async () => {
  const jobs = Array.from({ length: 2_500 }, (_, n) => ({ task: 'A', payload: n === 2_499 ? '{oops' : '{}' }))
  await expect(enqueueMany(engine().db, jobs)).rejects.toMatchObject({ code: '22P02' })
  expect(await engine().value('select count(*)::int from background.job')).toBe(0)
  expect(await enqueueMany(engine().db, [])).toEqual([])
})

test('many jobs in a transaction of somebody else', async () => {
  const jobs = Array.from({ length: 1_500 }, (_, n) => ({ task: 'A', payload: String(n) }))
  const ids = await enqueueAll(engine().db, jobs)
  expect(ids.length).toBe(1_500)
  expect(await engine().column('select payload::text from background.job order by id')).toEqual(
    jobs.map(job => job.payload),
  )
})

test('a transaction that schedules and stays open holds up nobody', async () => {
  const slow = engine().connect()
  const begin = { name: '', text: 'begin' }
  await slow.run(begin, [])
  await enqueueAll(slow, [
    { task: 'A', payload: '1' },
    { task: 'A', payload: '2', queue: 'q' },
  ])
  const worker = await engine().worker()
  const [ready, member] = await engine().enqueue({}, { queue: 'q' })
  expect((await engine().claim(worker)).map(job => job.id)).toEqual([ready])
  expect((await engine().claimQueues(worker)).runs.flatMap(run => run.jobs.map(job => job.id))).toEqual([
    member,
  ])
  await slow.run({ name: '', text: 'rollback' }, [])
})
