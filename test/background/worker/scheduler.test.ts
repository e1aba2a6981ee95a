import { describe, expect, type TestContext, test } from 'vitest'
import { nextTicks } from '../../../background/client/crons.ts'
import { backgroundConfig } from '../../../background/config.ts'
import type { CronEntry } from '../../../background/cron.ts'
import { PUNCTUAL_MS } from '../../../background/cron-due.ts'
import { syncCrons } from '../../../background/engine/cron-sync.ts'
import type { Events } from '../../../background/events.ts'
import { createRegistry } from '../../../background/registry.ts'
import { task } from '../../../background/task.ts'
import { Worker } from '../../../background/worker/worker.ts'
import { createLogger } from '../../../framework/logger.ts'
import { type Bench, cronBench, EVERY_SECOND, entry, type Running } from '../../support/cron-bench.ts'
import { eventually } from '../../support/eventually.ts'
import { openTransaction } from '../../support/open-transaction.ts'
import { taskBench } from '../../support/task-bench.ts'

const MINUTE = 60_000

const consecutive = (times: readonly number[]) => times.map((_, index) => (times[0] as number) + index)

describe.concurrent('a scheduler', () => {
  test('turns every tick into one job, from the next one on', async context => {
    const { engine, start, seconds } = await cronBench(context)
    const { scheduled } = await start([entry()])
    await eventually(() => scheduled.length >= 3)
    const times = await seconds()
    expect(times).toEqual(consecutive(times))
    const known = await engine.value('select extract(epoch from known_since)::float8 from background.cron')
    expect(times[0]).toBe(Math.floor(known as number) + 1)
    const [{ entry: name, tick, job, backfilled } = {}] = scheduled
    expect([name, tick, job, backfilled]).toEqual(['A', new Date((times[0] as number) * 1_000), '1', false])
  })

  test('is one of ten, and still every tick is scheduled once', async context => {
    const { start, seconds } = await cronBench(context)
    const all = await Promise.all(Array.from({ length: 10 }, () => start([entry(), entry({ name: 'B' })])))
    await eventually(() => all.flatMap(one => one.scheduled).length >= 8)
    await Promise.all(all.map(one => one.scheduler.stop()))
    const times = await seconds()
    const each = [...new Set(times)]
    expect(each).toEqual(consecutive(each))
    expect(times.length).toBeLessThanOrEqual(each.length * 2)
    const ticks = all.flatMap(one => one.scheduled).map(event => `${event.entry} ${event.tick.getTime()}`)
    expect(new Set(ticks).size).toBe(ticks.length)
    expect(ticks).toHaveLength(times.length)
    expect(all.flatMap(one => one.trouble)).toEqual([])
  })

  test('sends one statement for a tick and none between', async context => {
    const { start } = await cronBench(context)
    const { scheduler, scheduled, statements } = await start([
      entry(),
      entry({ name: 'far', expression: '@yearly' }),
    ])
    await eventually(() => scheduled.length >= 3)
    await scheduler.stop()
    const count = (name: string) => statements.filter(each => each === `background_${name}`).length
    expect(count('cron_active')).toBe(1)
    expect(count('cron_tick')).toBeLessThanOrEqual(scheduled.length + 1)
    // each tick rings once, and so does the start
    expect(count('ring')).toBeLessThanOrEqual(scheduled.length + 1)
    expect(statements).toHaveLength(1 + count('cron_tick') + count('ring'))
  })

  test('with nothing to wait for asks once', async context => {
    const { crons, start } = await cronBench(context)
    const idle = await start([])
    const busy = await start([])
    await crons.add({ task: 'A', expression: EVERY_SECOND })
    busy.scheduler.reload()
    await eventually(() => busy.scheduled.length >= 2)
    expect(idle.statements).toEqual(['background_cron_active'])
  })

  test('notices that an entry was paused or changed behind its back', async context => {
    const { engine, start } = await cronBench(context)
    const { scheduled, statements } = await start([entry(), entry({ name: 'B' }), entry({ name: 'C' })])
    await engine.query(`update background.cron set paused_at = now() where name = 'B'`)
    await engine.query(`update background.cron set expression = '@yearly' where name = 'C'`)
    const since = (await engine.value('select now()')) as Date
    const later = () => scheduled.filter(event => event.tick > since).map(event => event.entry)
    await eventually(() => later().length >= 2)
    expect(new Set(later())).toEqual(new Set(['A']))
    expect(statements.length).toBeLessThan(20)
  })

  test('follows others who have come further', async context => {
    const { engine, start } = await cronBench(context)
    const { scheduled, statements } = await start([entry()])
    await eventually(() => scheduled.length >= 1)
    const [last] = await engine.column(`
      update background.cron set last_tick = date_trunc('second', now()) + interval '2 seconds' returning last_tick`)
    const next = await eventually(() => scheduled.find(({ tick }) => tick > (last as Date)))
    expect(next.tick.getTime()).toBe((last as Date).getTime() + 1_000)
    expect(statements.filter(name => name === 'background_cron_active')).toHaveLength(1)
    expect(statements.length).toBeLessThan(20)
  })

  test('waits for nobody who is busy with an entry, and does not ask for it all the time', async context => {
    const { engine, start, seconds } = await cronBench(context)
    const { scheduled, statements } = await start([entry(), entry({ name: 'B' })])
    const busy = await openTransaction(engine.url, context.onTestFinished)
    await busy.query(`select from background.cron where name = 'B' for update`)
    const from = scheduled.length
    await eventually(() => scheduled.slice(from).filter(event => event.entry === 'A').length >= 2)
    const asked = statements.length
    await busy.commit()
    await eventually(() => scheduled.slice(from).filter(event => event.entry === 'B').length >= 2)
    expect(asked).toBeLessThan(40)
    const times = [...new Set(await seconds())]
    expect(times).toEqual(consecutive(times))
  })

  test('starts and stops as often as one likes', async context => {
    const { start } = await cronBench(context)
    const { scheduler, scheduled } = await start([entry()])
    await scheduler.stop()
    await scheduler.stop()
    await scheduler.start()
    await eventually(() => scheduled.length >= 1)
  })
})

describe.concurrent('after downtime', () => {
  /** A minute half an hour away from now, so that no test is run at a tick. */
  async function hourlyIn({ engine }: Bench): Promise<string> {
    const minute = await engine.value(`select date_part('minute', now() + interval '30 minutes')::int`)
    return `${minute} * * * *`
  }

  /** What a scheduler makes of entries that were last looked at `ago`. */
  async function backAfter(ago: string, { engine, start }: Bench, entries: CronEntry[]): Promise<Running> {
    await syncCrons(engine.db, entries)
    await engine.query(`update background.cron set known_since = now() - interval '1 year',
                          last_tick = now() - interval '${ago}'`)
    return start(entries)
  }

  const settled = ({ engine }: Bench) =>
    eventually(() =>
      engine.value(`select bool_and(last_tick > now() - interval '1 hour') from background.cron`),
    )

  test('missed ticks are skipped, made up for once, or all of them', async context => {
    const bench = await cronBench(context)
    const { engine } = bench
    const hourly = await hourlyIn(bench)
    const skip = entry({ name: 'skip', expression: hourly })
    const once = entry({ name: 'once', expression: hourly, missed: 'once' })
    const all = entry({ name: 'all', expression: hourly, missed: 'all' })
    const { scheduled, missed } = await backAfter('5 hours', bench, [skip, once, all])
    await settled(bench)
    const ticks = nextTicks({ expression: hourly }, 5, new Date(Date.now() - 300 * MINUTE))
    const ticksOf = (name: string) => scheduled.filter(event => event.entry === name).map(event => event.tick)
    await eventually(() => missed.length === 3)
    expect(ticksOf('skip')).toEqual([])
    expect(ticksOf('once')).toEqual(ticks.slice(-1))
    expect(ticksOf('all')).toEqual(ticks)
    expect(scheduled.every(event => event.backfilled)).toBe(true)
    expect(Object.fromEntries(missed.map(event => [event.entry, event.backfilled]))).toEqual({
      ...{ skip: 0, once: 1, all: 5 },
    })
    expect(missed.every(event => event.until.getTime() === ticks.at(-1)?.getTime())).toBe(true)
    expect(await engine.column(`select payload -> '_cron' ->> 'backfilled' from background.jobs`)).toEqual(
      Array(6).fill('true'),
    )
  })

  test('no more than the cap is made up for, and nothing older than fill', async context => {
    const bench = await cronBench(context)
    const hourly = await hourlyIn(bench)
    const capped = entry({ name: 'capped', expression: hourly, missed: 'all', cap: 3 })
    const filled = entry({ name: 'filled', expression: hourly, fill: '3h' })
    const { scheduled } = await backAfter('100 days', bench, [capped, filled])
    await eventually(() => scheduled.length >= 6)
    await settled(bench)
    const ticks = nextTicks({ expression: hourly }, 3, new Date(Date.now() - 180 * MINUTE))
    for (const name of ['capped', 'filled'])
      expect(scheduled.filter(event => event.entry === name).map(event => event.tick)).toEqual(ticks)
  })

  test('a year of missed seconds is no more than the cap and the last minute', async context => {
    const bench = await cronBench(context)
    const { seconds } = bench
    const { scheduled } = await backAfter('1 year', bench, [entry({ missed: 'all', cap: 50 })])
    await eventually(() => scheduled.filter(event => !event.backfilled).length > PUNCTUAL_MS / 1_000)
    expect(scheduled.filter(event => event.backfilled)).toHaveLength(50)
    const times = await seconds()
    expect(times).toEqual(consecutive(times))
  })

  test('nothing is made up for that was due before the entry was known', async context => {
    const bench = await cronBench(context)
    const { engine, start } = bench
    const hourly = await hourlyIn(bench)
    const all = entry({ expression: hourly, missed: 'all' })
    await syncCrons(engine.db, [all])
    await engine.query(`update background.cron set known_since = now() - interval '2 hours'`)
    const { scheduled } = await start([all])
    await settled(bench)
    await eventually(() => scheduled.length === 2)
  })

  test('ten who come back together make up for each tick once', async context => {
    const bench = await cronBench(context)
    const { engine, start } = bench
    const hourly = await hourlyIn(bench)
    const entries = Array.from({ length: 20 }, (_, index) =>
      entry({ name: `entry ${index}`, expression: hourly, missed: 'all' }),
    )
    await syncCrons(engine.db, entries)
    await engine.query(`update background.cron set known_since = now() - interval '3 hours'`)
    const all = await Promise.all(Array.from({ length: 10 }, () => start(entries)))
    await settled(bench)
    await eventually(() => all.flatMap(one => one.scheduled).length >= 60)
    await Promise.all(all.map(one => one.scheduler.stop()))
    expect(await engine.value('select count(*)::int from background.job')).toBe(60)
    const distinct =
      'select count(distinct id)::int from (select unnest(recent_jobs) as id from background.cron) j'
    expect(await engine.value(distinct)).toBe(60)
  })

  test('a clock that went back makes nothing happen twice', async context => {
    const bench = await cronBench(context)
    const { engine, start } = bench
    const every = entry({ missed: 'all' })
    await syncCrons(engine.db, [every])
    await engine.query(`update background.cron set last_tick = now() + interval '1 hour'`)
    const { scheduled } = await start([every, entry({ name: 'other' })])
    await eventually(() => scheduled.filter(event => event.entry === 'other').length >= 2)
    expect(scheduled.filter(event => event.entry === 'A')).toEqual([])
  })
})

describe.concurrent('trouble', () => {
  test('an entry that nobody understands is told of, and the others go on', async context => {
    const { engine, start } = await cronBench(context)
    await syncCrons(engine.db, [entry(), entry({ name: 'bad' }), entry({ name: 'strange' })])
    await engine.query(`update background.cron set source = 'dynamic'`)
    await engine.query(`update background.cron set time_zone = 'Mars/Base' where name = 'bad'`)
    await engine.query(`update background.cron set expression = 'every day' where name = 'strange'`)
    const { scheduled, trouble } = await start([])
    await eventually(() => scheduled.length >= 2)
    expect(scheduled.every(event => event.entry === 'A')).toBe(true)
    expect(trouble.map(event => event.doing).sort()).toEqual([
      'scheduling the cron entry bad',
      'scheduling the cron entry strange',
    ])
  })

  test('an entry whose jobs the database refuses is tried again, and the others go on', async context => {
    const { engine, start } = await cronBench(context)
    await engine.query(`alter table background.job add constraint no_bad check (task <> 'Bad')`)
    const { scheduled, trouble } = await start([entry(), entry({ task: 'Bad' })])
    await eventually(() => scheduled.length >= 2 && trouble.length >= 2)
    expect(scheduled.every(event => event.entry === 'A')).toBe(true)
    expect(new Set(trouble.map(event => event.doing))).toEqual(new Set(['scheduling the cron entry Bad']))
    expect(trouble.length).toBeLessThan(20)
    await engine.query('alter table background.job drop constraint no_bad')
    const times = () =>
      engine.column(
        `select extract(epoch from run_at)::float8 from background.job where task = 'Bad' order by 1`,
      )
    const late = (await eventually(async () => (await times()).length > 2 && (await times()))) as number[]
    expect(late).toEqual(consecutive(late))
  })

  test('a lost connection costs no tick', async context => {
    const { engine, start, seconds } = await cronBench(context)
    const { scheduled, trouble } = await start([entry()])
    await eventually(() => scheduled.length >= 1)
    await engine.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'scheduler' and datname = current_database()`,
    )
    const before = scheduled.length
    await eventually(() => scheduled.length >= before + 2)
    const times = await seconds()
    expect(times).toEqual(consecutive(times))
    expect(trouble.every(event => event.doing === 'scheduling cron entries')).toBe(true)
  })

  test('a table that is away for a while costs no tick', async context => {
    const { engine, start, seconds } = await cronBench(context)
    const { scheduled, trouble } = await start([entry()])
    await eventually(() => scheduled.length >= 1)
    await engine.query('alter table background.cron rename to cron_away')
    await eventually(() => trouble.length >= 1)
    await engine.query('alter table background.cron_away rename to cron')
    const before = scheduled.length
    await eventually(() => scheduled.length >= before + 2)
    const times = await seconds()
    expect(times).toEqual(consecutive(times))
  })
})

describe.concurrent('a worker', () => {
  /** A worker for one task that notes its payloads, with an entry of every second. */
  async function work({ engine }: Bench, { onTestFinished }: TestContext, listen = true) {
    const ran: { _cron: { ts: string } }[] = []
    const A = task({ run: async payload => void ran.push(payload as never) })
    const worker = new Worker({
      url: engine.url,
      config: backgroundConfig.parse({ listen }),
      registry: createRegistry({ A }),
      logger: createLogger({ level: 'silent', format: 'json' }),
      cron: [entry()],
    })
    onTestFinished(() => worker.stop(0))
    await worker.start()
    return { ran, worker }
  }

  test('runs the jobs of an entry once per tick', async context => {
    const { ran, worker } = await work(await cronBench(context), context)
    await eventually(() => ran.length >= 3)
    await worker.stop(1_000)
    const times = ran.map(({ _cron }) => Date.parse(_cron.ts) / 1_000)
    expect(times).toEqual(consecutive(times))
  })

  test('hears of entries that are added, changed, paused, resumed and removed', async context => {
    const bench = await cronBench(context)
    const { engine, crons } = bench
    const { worker } = await work(bench, context)
    const ticks: Events['cron:scheduled'][] = []
    worker.events.on('cron:scheduled', event => ticks.push(event))
    const next = (name: string, from = ticks.length) =>
      eventually(() => ticks.slice(from).find(event => event.entry === name))
    for (const name of ['changed', 'paused', 'removed'])
      await crons.add({ name, task: 'A', expression: EVERY_SECOND })
    await Promise.all(['changed', 'paused', 'removed'].map(name => next(name, 0)))
    await crons.change('changed', { expression: '@yearly' })
    await crons.pause('paused')
    await crons.remove('removed')
    await next('A')
    const from = ticks.length
    await next('A')
    await next('A')
    expect(new Set(ticks.slice(from).map(event => event.entry))).toEqual(new Set(['A']))
    await crons.change('changed', { expression: '*/2 * * * * *' })
    await crons.resume('paused')
    const resumed = await engine.value(`select resumed_at from background.cron where name = 'paused'`)
    expect((await next('paused', from)).tick.getTime()).toBeGreaterThan((resumed as Date).getTime())
    expect((await next('changed', from)).tick.getSeconds() % 2).toBe(0)
  })

  test('schedules without notifications too', async context => {
    const { ran } = await work(await cronBench(context), context, false)
    await eventually(() => ran.length >= 2)
  })

  test('that has no entries, not even none, leaves cron to others', async context => {
    const { engine, crons, start } = await cronBench(context)
    await syncCrons(engine.db, [entry()])
    const worker = new Worker({
      url: engine.url,
      config: backgroundConfig.parse({}),
      registry: createRegistry({ A: async () => {} }),
      logger: createLogger({ level: 'silent', format: 'json' }),
    })
    context.onTestFinished(() => worker.stop(0))
    let ticks = 0
    worker.events.on('cron:scheduled', () => ticks++)
    await worker.start()
    const { scheduled } = await start([entry()])
    await eventually(() => scheduled.length >= 2)
    expect(ticks).toBe(0)
    expect(await crons.list()).toHaveLength(1)
  })
})

test('an app with a task that has cron does what it says', async () => {
  const ran: unknown[] = []
  const Tick = task({
    cron: { expression: EVERY_SECOND, payload: { n: 1 } },
    run: async payload => void ran.push(payload),
  })
  const bench = await taskBench({ Tick })
  await eventually(() => ran.length >= 2)
  expect(ran[0]).toEqual({ n: 1, _cron: { ts: expect.any(String), backfilled: false } })
  const [seen] = await bench.database.query('select name, source, expression from background.crons')
  expect(seen).toEqual({ name: 'Tick', source: 'task', expression: EVERY_SECOND })
})
