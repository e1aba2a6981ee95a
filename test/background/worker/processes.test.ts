import { describe } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type Stage, stageTest as test } from '../../support/worker-stage.ts'

const SECONDS = 1_000
const left = ({ engine }: Stage) => engine.value('select count(*)::int from background.job')
const runsIn = ({ engine }: Stage, name: string) =>
  engine.value('select count(*)::int from run where process = $1', [name])

/** What the tasks of the processes write to. */
const TABLES = `
  create table run (n serial primary key, job bigint, process text, began timestamptz, ended timestamptz);
  create table gate (is_open boolean)`

const ENDS = {
  'a task that calls process.exit costs no job, and those beside it no attempt': 'exit',
  'an exception that nobody catches costs no job, and those beside it no attempt': 'throw',
}

describe.concurrent('processes', { timeout: 60 * SECONDS }, () => {
  test('the jobs of a process that is killed run again elsewhere within 15 seconds', async ({
    stage,
    expect,
  }) => {
    const { engine, processes } = stage
    await engine.query(TABLES)
    const first = await processes.start('first', { concurrency: 100 })
    await engine.enqueue(
      ...Array.from({ length: 100 }, (_, n) => ({
        ...{ task: 'Note', payload: '{"holdIn":"first"}' },
        ...(n % 10 === 0 ? { queue: `q${n}` } : {}),
      })),
    )
    await engine.query(`select pg_notify('background', '')`)
    await eventually(async () => (await runsIn(stage, 'first')) === 100, 20 * SECONDS)
    const second = await processes.start('second')
    await first.signal('SIGKILL')
    const killed = performance.now()
    await eventually(async () => (await left(stage)) === 0, 20 * SECONDS)
    expect(performance.now() - killed).toBeLessThan(15 * SECONDS)
    expect(await runsIn(stage, 'second')).toBe(100)
    await eventually(() => second.told('job:completed') >= 100)
    expect(second.told('job:completed')).toBe(100)
    expect(await engine.value('select count(distinct id)::int from background.finished')).toBe(100)
  })

  test('a serial queue that two processes work on runs in order and without overlap', async ({
    stage,
    expect,
  }) => {
    const { engine, processes } = stage
    await engine.query(TABLES)
    await engine.enqueue(...Array.from({ length: 1_000 }, () => ({ task: 'Note', queue: 'q' })))
    await Promise.all([processes.start('first'), processes.start('second')])
    await eventually(async () => (await left(stage)) === 0, 50 * SECONDS)
    const [found] = await engine.query(`
      select count(*)::int as runs, count(distinct job)::int as jobs, count(distinct process)::int as processes,
             count(*) filter (where job < job_before)::int as disorder, count(*) filter (where began < ended_before)::int as overlaps
        from (select *, lag(job) over (order by began) as job_before, lag(ended) over (order by began) as ended_before from run) r`)
    expect(found).toMatchObject({ runs: 1_000, jobs: 1_000, disorder: 0, overlaps: 0 })
  })

  test('a process whose event loop is blocked for long keeps its lease and its jobs', async ({
    stage,
    expect,
  }) => {
    const { engine, processes } = stage
    await engine.query(TABLES)
    const first = await processes.start('first', { concurrency: 2 })
    for (const [n, job] of [
      { task: 'Note', payload: '{"holdIn":"first"}' },
      { task: 'Block', payload: '{"ms":12000}' },
    ].entries()) {
      await engine.enqueue(job)
      await engine.query(`select pg_notify('background', '')`)
      await eventually(async () => (await runsIn(stage, 'first')) === n + 1)
    }
    const second = await processes.start('second')
    await engine.query('insert into gate values (true)')
    await eventually(async () => (await left(stage)) === 0, 25 * SECONDS)
    expect([first.told('worker:lost'), second.told('worker:rescued')]).toEqual([0, 0])
    expect(await engine.value('select count(*)::int from run')).toBe(2)
    await eventually(() => first.told('job:completed') === 2)
  })

  test('a process that is halted for longer than its lease is no longer counted on', async ({
    stage,
    expect,
  }) => {
    const { engine, processes } = stage
    await engine.query(TABLES)
    const first = await processes.start('first')
    const [id] = await engine.enqueue({ task: 'Note', payload: '{"holdIn":"first"}' })
    await engine.query(`select pg_notify('background', '')`)
    await eventually(async () => (await runsIn(stage, 'first')) === 1)
    const second = await processes.start('second')
    await first.signal('SIGSTOP')
    await eventually(async () => (await left(stage)) === 0, 20 * SECONDS)
    expect(await runsIn(stage, 'second')).toBe(1)
    await engine.query('insert into gate values (true)')
    await first.signal('SIGCONT')
    await eventually(() => first.told('worker:lost') === 1 && first.told('job:stale') === 1)
    await eventually(() => second.told('job:completed') > 0)
    expect([first.told('job:completed'), second.told('job:completed')]).toEqual([0, 1])
    expect(await engine.query('select id, state, attempt from background.history')).toEqual([
      { id, state: 'completed', attempt: 1 },
    ])
    const [next] = await engine.enqueue({ task: 'Note' })
    await second.signal('SIGTERM')
    await eventually(async () => (await left(stage)) === 0)
    expect(await engine.value('select process from run where job = $1 limit 1', [next])).toBeTruthy()
    expect(first.hasEnded).toBe(false)
  })

  for (const [name, how] of Object.entries(ENDS)) {
    test(name, async ({ stage, expect }) => {
      const { engine, processes } = stage
      await engine.query(TABLES)
      const first = await processes.start('first')
      await engine.enqueue(
        ...Array.from({ length: 5 }, () => ({ task: 'Note', payload: '{"holdIn":"first"}' })),
      )
      await engine.query(`select pg_notify('background', '')`)
      await eventually(async () => (await runsIn(stage, 'first')) === 5, 20 * SECONDS)
      await engine.enqueue({ task: 'End', payload: JSON.stringify({ of: 'first', how }) })
      await engine.query(`select pg_notify('background', '')`)
      await eventually(() => first.hasEnded, 20 * SECONDS)
      await processes.start('second')
      await eventually(async () => (await left(stage)) === 0, 20 * SECONDS)
      expect(await runsIn(stage, 'second')).toBe(6)
      expect(await engine.query('select distinct state, attempt from background.history')).toEqual([
        { state: 'completed', attempt: 1 },
      ])
    })
  }

  test('a process that is told to stop ends by itself and leaves nothing behind', async ({
    stage,
    expect,
  }) => {
    const { engine, processes } = stage
    await engine.query(TABLES)
    const first = await processes.start('first')
    await engine.enqueue({ task: 'Note' }, { task: 'Note', queue: 'q' })
    await engine.query(`select pg_notify('background', '')`)
    await eventually(async () => (await left(stage)) === 0)
    const told = performance.now()
    await first.signal('SIGTERM')
    expect(performance.now() - told).toBeLessThan(5 * SECONDS)
    expect(await engine.value('select count(*)::int from background.worker')).toBe(0)
  })
})
