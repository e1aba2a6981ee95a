import { afterEach, describe, expect, test } from 'vitest'
import { type CronEntry, type CronOptions, cronEntry } from '../../../background/cron.ts'
import { type ActiveCron, activeCrons } from '../../../background/engine/cron-active.ts'
import { listCrons } from '../../../background/engine/cron-list.ts'
import {
  addCron,
  changeCron,
  pauseCron,
  removeCron,
  resumeCron,
} from '../../../background/engine/cron-operate.ts'
import { syncCrons } from '../../../background/engine/cron-sync.ts'
import { type Ticked, tickCrons } from '../../../background/engine/cron-tick.ts'
import { setAside } from '../../../background/engine/lanes.ts'
import type { Executor } from '../../../framework/executor.ts'
import { useEngine } from '../../support/engine.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const engine = useEngine()
afterEach(() => engine().query('truncate background.cron'))

const HOUR = 3_600_000
const now = Math.floor(Date.now() / HOUR) * HOUR

const entry = (options: Partial<CronOptions> = {}, source: CronEntry['source'] = 'config') =>
  cronEntry({ task: 'A', expression: '@hourly', ...options }, source)

/** Entries that have been known for ten days. */
async function known(...options: Partial<CronOptions>[]): Promise<void> {
  await syncCrons(
    engine().db,
    options.map(one => entry(one)),
  )
  await engine().query(`update background.cron set known_since = now() - interval '10 days'`)
}

async function active(name = 'A'): Promise<ActiveCron> {
  const { entries } = await activeCrons(engine().db)
  return entries.find(one => one.name === name) as ActiveCron
}

/** Asks for one job per tick, the last of them an hour or two ago. */
async function tick(
  cron: ActiveCron,
  ticks: number[] = [now - HOUR],
  db: Executor = engine().db,
): Promise<Ticked> {
  const due = { ticks: ticks.map(at => ({ at, backfilled: false })), last: Math.max(...ticks), missed: false }
  return (await tickCrons(db, [{ entry: cron, due }]))[0] as Ticked
}

const jobs = () =>
  engine().query<{ id: string; task: string; run_at: Date; payload: object; state: string }>(
    'select * from background.jobs order by run_at, id',
  )

describe('a tick', () => {
  test('becomes a job that is due since then', async () => {
    await known({ payload: { kind: 'daily' }, priority: 3, maxAttempts: 7 })
    const ticked = await tick(await active())
    expect(ticked).toMatchObject({ name: 'A', jobs: ['1'], queued: false })
    const [job] = await jobs()
    expect(job).toMatchObject({
      ...{ id: '1', task: 'A', state: 'available', priority: 3, max_attempts: 7, key: null, tags: null },
      run_at: new Date(now - HOUR),
      payload: { kind: 'daily', _cron: { ts: new Date(now - HOUR).toISOString(), backfilled: false } },
    })
    const [listed] = await listCrons(engine().db)
    expect(listed).toMatchObject({ lastTick: new Date(now - HOUR), recentJobs: ['1'] })
    expect(await engine().claim(await engine().worker())).toHaveLength(1)
  })

  test.each([
    [{}, '{"_cron":C}'],
    [{ a: 1 }, '{"a":1,"_cron":C}'],
    [{ _cron: 'mine' }, '{"_cron":"mine","_cron":C}'],
    [{ a: '}{', b: { c: [] } }, '{"a":"}{","b":{"c":[]},"_cron":C}'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
    ['text', '"text"'],
    [7, '7'],
  ])('adds itself to the payload %j', async (payload, expected) => {
    await known({ payload })
    await tick(await active())
    const ts = new Date(now - HOUR).toISOString()
    const text = expected.replace('C', `{"ts" : "${ts}", "backfilled" : false}`)
    expect(await engine().value('select payload::text from background.jobs')).toBe(text)
  })

  test('goes to the queue of its entry, to the lane of its task, and has its tags', async () => {
    await setAside(engine().db, ['B'])
    const tagged = { ...entry({ task: 'A', queue: 'q' }), tags: ['x,y', '"z"'] }
    await syncCrons(engine().db, [tagged, entry({ task: 'B' })])
    await engine().query(`update background.cron set known_since = now() - interval '1 day'`)
    expect(await tick(await active('A'))).toMatchObject({ queued: true })
    expect(await tick(await active('B'))).toMatchObject({ queued: false })
    expect(await engine().column('select queue from background.member')).toEqual(['q'])
    expect(await engine().column('select lane > 0 from background.ready')).toEqual([true])
    expect(await engine().value(`select tags from background.jobs where task = 'A'`)).toEqual(['x,y', '"z"'])
  })

  test('replaces the waiting job of the one before when the entry has a key', async () => {
    await known({ key: 'k', payload: { a: 1 } })
    await tick(await active(), [now - 3 * HOUR, now - 2 * HOUR])
    await tick(await active(), [now - HOUR])
    const found = await jobs()
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({
      ...{ key: 'k', run_at: new Date(now - HOUR) },
      payload: { a: 1, _cron: { ts: new Date(now - HOUR).toISOString() } },
    })
  })

  test('leaves the waiting job alone when the mode says so', async () => {
    await known({ key: 'k', keyMode: 'unsafe_dedupe' })
    const first = await tick(await active(), [now - 2 * HOUR])
    expect(await tick(await active(), [now - HOUR])).toMatchObject({ jobs: first.jobs })
    expect(await jobs()).toMatchObject([{ run_at: new Date(now - 2 * HOUR) }])
  })

  test('is one of several that become jobs in order, of which the last twenty are remembered', async () => {
    await known({})
    const ticks = Array.from({ length: 25 }, (_, index) => now - (26 - index) * HOUR)
    const { jobs: ids = [] } = await tick(await active(), ticks)
    expect((await jobs()).map(job => [job.id, job.run_at.getTime()])).toEqual(
      ids.map((id, index) => [id, ticks[index]]),
    )
    const [listed] = await listCrons(engine().db)
    expect(listed?.recentJobs).toEqual(ids.slice(-20).reverse())
  })

  test('that is skipped is settled without a job', async () => {
    await known({})
    const due = { ticks: [], last: now - HOUR, missed: true }
    const [ticked] = await tickCrons(engine().db, [{ entry: await active(), due }])
    expect(ticked?.jobs).toEqual([])
    expect((await active()).settled.ms).toBe(now - HOUR)
  })
})

describe('a tick is scheduled once', () => {
  test('by one of ten who try at the same moment, for many entries', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `entry ${index}`)
    await known(...names.map((name, index) => ({ name, ...(index % 3 === 0 ? { key: name } : {}) })))
    const { entries } = await activeCrons(engine().db)
    const due = { ticks: [{ at: now - HOUR, backfilled: false }], last: now - HOUR, missed: false }
    const connections = Array.from({ length: 10 }, () => engine().connect())
    await Promise.all(connections.map(connection => connection.open()))
    const answers = await Promise.all(
      connections.map((connection, index) => {
        const order = index % 2 === 0 ? entries : entries.toReversed()
        return tickCrons(
          connection,
          order.map(one => ({ entry: one, due })),
        )
      }),
    )
    const won = answers.flat().filter(answer => answer.jobs)
    expect(won.map(({ name }) => name).sort()).toEqual(names.sort())
    expect(await jobs()).toHaveLength(30)
  })

  test('also when whoever schedules it dies in the middle', async () => {
    await known({})
    const cron = await active()
    const dying = await openTransaction(engine().url)
    expect(await tick(cron, [now - HOUR], dying.executor)).toMatchObject({ jobs: [expect.any(String)] })
    const meanwhile = await tick(cron)
    expect(meanwhile).toMatchObject({ jobs: undefined, same: true, settled: cron.settled })
    await dying.die()
    expect(await jobs()).toEqual([])
    expect(await tick(cron)).toMatchObject({ jobs: [expect.any(String)] })
    expect(await jobs()).toHaveLength(1)
  })

  test('and the loser learns how far others have come', async () => {
    await known({})
    const cron = await active()
    await tick(cron, [now - 2 * HOUR])
    expect(await tick(cron, [now - 2 * HOUR])).toMatchObject({
      ...{ jobs: undefined, same: true },
      settled: { ms: now - 2 * HOUR },
    })
    expect(await jobs()).toHaveLength(1)
  })

  test('and not before the database says that it is time', async () => {
    await known({})
    const ahead = Date.now() + HOUR
    expect(await tick(await active(), [ahead])).toMatchObject({ jobs: undefined, same: true })
    expect(await jobs()).toEqual([])
  })

  test('and not when the entry was paused, changed, resumed or removed meanwhile', async () => {
    await known(
      { name: 'paused' },
      { name: 'resumed' },
      { name: 'changed' },
      { name: 'moved' },
      { name: 'gone' },
    )
    const { entries } = await activeCrons(engine().db)
    const { db } = engine()
    await pauseCron(db, 'paused')
    await pauseCron(db, 'resumed')
    await resumeCron(db, 'resumed')
    await engine().query(`update background.cron set expression = '@daily' where name = 'changed'`)
    await engine().query(`update background.cron set time_zone = 'CET' where name = 'moved'`)
    await engine().query(`delete from background.cron where name = 'gone'`)
    const answers: Record<string, unknown> = {}
    for (const cron of entries) answers[cron.name] = (({ jobs, same }) => ({ jobs, same }))(await tick(cron))
    const [same, other] = [true, false].map(same => ({ jobs: undefined, same }))
    expect(answers).toEqual({ paused: other, resumed: same, changed: other, moved: other, gone: other })
    expect(await jobs()).toEqual([])
  })

  test('and waits for nobody who is busy with the job key, while other entries go on', async () => {
    await known({ name: 'keyed', key: 'k' }, { name: 'free' })
    const { entries } = await activeCrons(engine().db)
    const slow = await openTransaction(engine().url)
    await engine().keyed({ task: 'App' }, 'replace', slow.executor)
    const due = { ticks: [{ at: now - HOUR, backfilled: false }], last: now - HOUR, missed: false }
    const answers = await tickCrons(
      engine().db,
      entries.map(one => ({ entry: one, due })),
    )
    const jobsOf = Object.fromEntries(answers.map(answer => [answer.name, answer.jobs?.length]))
    expect(jobsOf).toEqual({ keyed: undefined, free: 1 })
    await slow.commit()
    expect((await tick(await active('keyed'))).jobs).toHaveLength(1)
  })
})

describe('entries from code', () => {
  const names = async () => (await listCrons(engine().db)).map(({ name, source }) => `${name} ${source}`)

  test('are brought in, changed and removed; those added at run time stay', async () => {
    const { db } = engine()
    await addCron(db, entry({ name: 'mine' }, 'dynamic'))
    const first = [entry({ name: 'a' }), entry({ name: 'b' }, 'crontab'), entry({ name: 'c' }, 'task')]
    expect(await syncCrons(db, first)).toEqual({ added: ['a', 'b', 'c'], changed: [], removed: [] })
    expect(await syncCrons(db, first)).toEqual({ added: [], changed: [], removed: [] })
    const second = [
      entry({ name: 'a', payload: { x: 1 } }),
      entry({ name: 'b' }, 'crontab'),
      entry({ name: 'd' }),
    ]
    expect(await syncCrons(db, second)).toEqual({ added: ['d'], changed: ['a'], removed: ['c'] })
    expect(await names()).toEqual(['a config', 'b crontab', 'd config', 'mine dynamic'])
    expect(await syncCrons(db, [])).toMatchObject({ removed: ['a', 'b', 'd'] })
  })

  test.each([
    [{ task: 'B' }],
    [{ expression: '@daily' }],
    [{ timeZone: 'CET' }],
    [{ payload: { a: 1 } }],
    [{ queue: 'q' }],
    [{ priority: 1 }],
    [{ maxAttempts: 1 }],
    [{ key: 'k' }],
    [{ missed: 'once' as const }],
    [{ missed: 'once' as const, fill: '1h' }],
    [{ missed: 'all' as const, cap: 5 }],
  ])('a change to %j is noticed', async options => {
    const { db } = engine()
    await syncCrons(db, [entry({ name: 'a' })])
    const changed = entry({ name: 'a', ...options })
    expect(await syncCrons(db, [changed])).toMatchObject({ changed: ['a'] })
    const { knownSince, recentJobs, ...listed } = (await listCrons(db))[0] ?? {}
    expect(listed).toEqual({
      ...changed,
      priority: changed.priority ?? 0,
      maxAttempts: changed.maxAttempts ?? 25,
    })
  })

  test('what is unchanged is not written', async () => {
    const { db } = engine()
    const all = [entry({ name: 'a', payload: { x: [1, null] }, fill: '1d', key: 'k', queue: 'q' })]
    await syncCrons(db, all)
    const version = () => engine().value('select xmin::text || ctid::text from background.cron')
    const before = await version()
    await syncCrons(db, all)
    expect(await version()).toBe(before)
  })

  test('keep what they have lived through', async () => {
    const { db } = engine()
    await known({})
    await tick(await active())
    await pauseCron(db, 'A')
    const [before] = await listCrons(db)
    await syncCrons(db, [entry({ expression: '@daily' })])
    const [after] = await listCrons(db)
    expect(after).toEqual({ ...before, expression: '@daily' })
  })

  test('take over an entry of the same name that was added at run time', async () => {
    const { db } = engine()
    await addCron(db, entry({ name: 'a' }, 'dynamic'))
    expect(await syncCrons(db, [entry({ name: 'a' })])).toMatchObject({ changed: ['a'] })
    expect(await names()).toEqual(['a config'])
  })

  test('are brought in by ten workers at once', async () => {
    const all = Array.from({ length: 500 }, (_, index) => entry({ name: `entry ${index}` }))
    const connections = Array.from({ length: 10 }, () => engine().connect())
    await Promise.all(connections.map(connection => connection.open()))
    const changes = await Promise.all(
      connections.map((connection, index) => syncCrons(connection, index % 2 === 0 ? all : all.toReversed())),
    )
    expect(changes.flatMap(change => change.added)).toHaveLength(500)
    expect(changes.flatMap(change => [...change.changed, ...change.removed])).toEqual([])
  })
})

describe('entries at run time', () => {
  const dynamic = (options: Partial<CronOptions> = {}) => entry(options, 'dynamic')

  test('are added once', async () => {
    const { db } = engine()
    expect(await addCron(db, dynamic())).toBe(true)
    expect(await addCron(db, dynamic({ expression: '@daily' }))).toBe(false)
    expect(await listCrons(db)).toMatchObject([{ name: 'A', expression: '@hourly', source: 'dynamic' }])
    expect(Math.abs((await active()).settled.ms - Date.now())).toBeLessThan(60_000)
  })

  test('are changed where they stand', async () => {
    const { db } = engine()
    expect(await changeCron(db, dynamic())).toBe(false)
    await addCron(db, dynamic())
    const [before] = await listCrons(db)
    expect(await changeCron(db, dynamic({ expression: '@daily', payload: [1] }))).toBe(true)
    expect(await listCrons(db)).toEqual([{ ...before, expression: '@daily', payload: '[1]' }])
  })

  test('are removed, and their jobs stay', async () => {
    const { db } = engine()
    await addCron(db, dynamic())
    await engine().query(`update background.cron set known_since = now() - interval '1 day'`)
    await tick(await active())
    expect(await removeCron(db, 'A')).toBe(true)
    expect(await removeCron(db, 'A')).toBe(false)
    expect(await jobs()).toHaveLength(1)
  })

  test('those from code can be paused, and neither changed nor removed', async () => {
    const { db } = engine()
    await syncCrons(db, [entry()])
    expect(await changeCron(db, dynamic({ expression: '@daily' }))).toBe(false)
    expect(await removeCron(db, 'A')).toBe(false)
    expect(await listCrons(db)).toMatchObject([{ expression: '@hourly', source: 'config' }])
    expect(await pauseCron(db, 'A')).toBe(true)
  })

  test("pausing lasts from the first time on, and what passes meanwhile is nobody's business", async () => {
    const { db } = engine()
    await known({})
    await pauseCron(db, 'A')
    const [paused] = await listCrons(db)
    await pauseCron(db, 'A')
    expect(await listCrons(db)).toEqual([paused])
    expect(await activeCrons(db)).toEqual({ entries: [], now: undefined })
    await resumeCron(db, 'A')
    expect(Math.abs((await active()).settled.ms - Date.now())).toBeLessThan(60_000)
    expect((await listCrons(db))[0]).toMatchObject({ pausedAt: undefined, knownSince: paused?.knownSince })
    expect(await pauseCron(db, 'B')).toBe(false)
    expect(await resumeCron(db, 'B')).toBe(false)
  })

  test('resuming one that was not paused forgets nothing', async () => {
    await known({})
    const before = await active()
    await resumeCron(engine().db, 'A')
    expect(await active()).toEqual(before)
  })

  test('resuming brings an entry back from the future', async () => {
    await known({})
    await engine().query(`update background.cron set last_tick = now() + interval '1 year'`)
    await resumeCron(engine().db, 'A')
    expect((await active()).settled.ms).toBeLessThanOrEqual(Date.now() + 60_000)
  })
})

test('people see them in a view', async () => {
  await known({ payload: { a: 1 }, fill: '90m' })
  await tick(await active())
  const [seen] = await engine().query('select *, fill::text as fill from background.crons')
  expect(seen).toMatchObject({
    ...{ name: 'A', task: 'A', expression: '@hourly', time_zone: 'UTC', source: 'config', paused_at: null },
    ...{ last_tick: new Date(now - HOUR), missed: 'all', fill: '01:30:00', cap: 100, payload: { a: 1 } },
    recent_jobs: ['1'],
  })
})

test('names may have anything in them', async () => {
  const name = 'a"b\\c{,}\' ?é🎉'
  await known({ name, task: 'ns/Tá$k', queue: 'q "x"', key: '\\"' })
  expect(await active(name)).toMatchObject({ name })
  expect((await tick(await active(name))).jobs).toHaveLength(1)
  expect(await jobs()).toMatchObject([{ task: 'ns/Tá$k', queue: 'q "x"', key: '\\"' }])
  expect(await listCrons(engine().db, name)).toMatchObject([{ name, queue: 'q "x"', key: '\\"' }])
})
