import { expect, test } from 'vitest'
import { deregister, heartbeat, register } from '../../../background/engine/worker-lease.ts'
import { newId } from '../../../background/id.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
const FACTS = { name: 'n', host: 'h', pid: 7, version: '1.2.3', concurrency: 5, tasks: ['A', 'b/"C", {'] }

const leaseOf = (id: string) =>
  engine().value(
    'select extract(epoch from lease_until - clock_timestamp())::float from background.worker where id = $1',
    [id],
  )

test('a registered worker is seen with what it says of itself', async () => {
  const id = newId()
  await register(engine().db, { id, ...FACTS }, 8_000)
  expect(await engine().query('select * from background.workers')).toMatchObject([
    { id, ...FACTS, alive: true, claimed: '0' },
  ])
  expect(await leaseOf(id)).toBeGreaterThan(7)
})

test('registering again, when the answer was lost, takes the whole lease anew', async () => {
  const id = newId()
  await register(engine().db, { id, ...FACTS }, 1_000)
  await register(engine().db, { id, ...FACTS }, 60_000)
  expect(await leaseOf(id)).toBeGreaterThan(50)
})

test('a heartbeat extends the lease from now', async () => {
  const id = await engine().worker(2_000)
  expect(await heartbeat(engine().db, id, 60_000)).toMatchObject({ alive: true, othersDied: false })
  expect(await leaseOf(id)).toBeGreaterThan(50)
})

test('a lease that has run out is lost for good', async () => {
  const id = await engine().worker()
  await engine().expire(id)
  expect(await heartbeat(engine().db, id, 60_000)).toMatchObject({ alive: false, othersDied: false })
  expect(await leaseOf(id)).toBeLessThan(0)
  expect(await heartbeat(engine().db, newId(), 60_000)).toMatchObject({ alive: false, othersDied: true })
})

test('a heartbeat tells that another worker has died', async () => {
  const [id, other] = [await engine().worker(), await engine().worker()]
  await engine().expire(other)
  expect(await heartbeat(engine().db, id, 60_000)).toMatchObject({ alive: true, othersDied: true })
})

test('a heartbeat does not wait for the disk', async () => {
  const id = await engine().worker()
  const { db } = engine()
  await db.run({ name: '', text: 'begin' }, [])
  await heartbeat(db, id, 60_000)
  expect(await db.run({ name: '', text: 'show synchronous_commit' }, [])).toEqual([['off']])
  await db.run({ name: '', text: 'commit' }, [])
  expect(await db.run({ name: '', text: 'show synchronous_commit' }, [])).toEqual([['on']])
})

test('a worker that has nothing says goodbye and is gone', async () => {
  const [id, other] = [await engine().worker(), await engine().worker()]
  await deregister(engine().db, id)
  await deregister(engine().db, id)
  expect(await engine().column('select id from background.worker')).toEqual([other])
})

test('one that still has jobs ends its lease, so that others rescue them at once', async () => {
  await engine().enqueue({})
  const [id, other] = [await engine().worker(), await engine().worker()]
  await engine().claim(id)
  await deregister(engine().db, id)
  expect(await engine().value('select alive from background.workers where id = $1', [id])).toBe(false)
  expect(await heartbeat(engine().db, other, 60_000)).toMatchObject({ alive: true, othersDied: true })
})
