import { expect, test } from 'vitest'
import type { Events } from '../../../background/events.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { openTransaction } from '../../support/open-transaction.ts'
import { useWorkers, type Watched } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const isDone = async () => (await engine().value('select count(*)::int from background.job')) === 0

const ring = (what = 'free') => engine().query(`select pg_notify('background', '${what}')`)

/** Whether a worker has waited for a lock for longer than it calls quick. */
const hasWaited = () => engine().waiters('kretes background claims', 1.2)

/** Whether of those on the server that hold up this database, which other tests use too, that of `pid` has been open for longest. */
const isOldest = (pid: unknown) =>
  engine().value(
    `select pid = $1 from pg_stat_activity
      where backend_type = 'client backend' and (datname = current_database() or backend_xid is not null)
      order by xact_start limit 1`,
    [pid],
  )

/** What a worker says of the pressure it is under. */
function pressureOn({ worker }: Watched) {
  const said: (keyof Events)[] = []
  const reasons: string[] = []
  let claims = 0
  worker.events.on('worker:pressed', ({ why }) => {
    said.push('worker:pressed')
    reasons.push(why)
  })
  worker.events.on('worker:relieved', () => void said.push('worker:relieved'))
  for (const name of ['claim:made', 'claim:empty'] as const) worker.events.on(name, () => void claims++)
  return { said, reasons, claims: () => claims }
}

test('a worker that waits long for jobs rests between claims, says why once, and says when it is over', async () => {
  const watched = workers.create({ A: () => {} })
  const { said, reasons, claims } = pressureOn(watched)
  await watched.worker.start()
  await eventually(() => claims() > 0)
  const locking = await openTransaction(engine().url)
  await locking.query('lock table background.ready in access exclusive mode')
  const before = claims()
  const scheduled = engine().enqueue({}, {})
  await ring()
  await eventually(hasWaited)
  await locking.commit()
  await scheduled
  await eventually(() => said.length > 0)
  expect(reasons[0]).toMatch(/^it took \d+(\.\d+)? ?s to ask for jobs; .*\d+ of \d+ connections are in use$/)
  expect(claims() - before).toBeLessThan(5)
  await eventually(isDone, 20_000)
  await eventually(() => said.length === 2, 20_000)
  expect(said).toEqual(['worker:pressed', 'worker:relieved'])
})

test('so does one that waits long for what is due, before it can claim', async () => {
  const watched = workers.create({ A: () => {} })
  const { said, reasons } = pressureOn(watched)
  const listening = new Promise(resolve => watched.worker.events.on('worker:listening', resolve))
  await watched.worker.start()
  await listening
  await watched.worker.untilEmpty()
  const locking = await openTransaction(engine().url)
  await locking.query('lock table background.deferred in exclusive mode')
  await ring('free later')
  await eventually(hasWaited)
  await locking.commit()
  await eventually(() => said.length === 2)
  expect(said).toEqual(['worker:pressed', 'worker:relieved'])
  expect(reasons[0]).toMatch(/^it took \d+(\.\d+)? ?s to ask for jobs; /)
})

test('it names the transaction that has been open for longest, which keeps dead rows from being cleared away', async () => {
  const pinning = await openTransaction(engine().url)
  await pinning.query('set transaction isolation level repeatable read')
  const [[pid] = []] = await pinning.executor.run({ name: '', text: 'select pg_backend_pid()' }, [])
  const watched = workers.create({ A: () => {} })
  const { reasons, claims } = pressureOn(watched)
  await watched.worker.start()
  await eventually(() => claims() > 0)
  await eventually(() => isOldest(pid))
  const locking = await openTransaction(engine().url)
  await locking.query('lock table background.ready in access exclusive mode')
  await ring()
  await eventually(hasWaited)
  await locking.commit()
  await eventually(() => reasons.length > 0)
  expect(reasons[0]).toMatch(
    new RegExp(`; a transaction of .* in process ${pid} idle in transaction has been open for \\d`),
  )
})

test('a worker whose claims fail says so once, however often it tries', async () => {
  const watched = workers.create({ A: () => {} })
  const { said, reasons } = pressureOn(watched)
  await watched.worker.start()
  await engine().query('alter table background.ready rename to away')
  await ring()
  await eventually(() => watched.told('worker:trouble').length > 3, 20_000)
  expect(said).toEqual(['worker:pressed'])
  expect(reasons).toEqual([expect.stringMatching(/background\.ready/)])
  await engine().query('alter table background.away rename to ready')
  await engine().enqueue({})
  await eventually(isDone, 20_000)
  await eventually(() => said.length === 2)
  expect(said[1]).toBe('worker:relieved')
})
