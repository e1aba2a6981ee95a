import { expect, test } from 'vitest'
import { heartbeat } from '../../../background/engine/worker-lease.ts'
import { listWorkers } from '../../../background/engine/worker-list.ts'
import { tellWorkers, workerKnows } from '../../../background/engine/worker-orders.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
const LEASE_MS = 60_000

const orderOf = async (worker: string) => (await heartbeat(engine().db, worker, LEASE_MS)).order

test('a worker hears of its order with the next heartbeat, and no other does', async () => {
  const [one, other] = [await engine().worker(), await engine().worker()]
  expect(await orderOf(one)).toBe('work')
  expect(await tellWorkers(engine().db, [one], 'quiet')).toEqual([one])
  expect([await orderOf(one), await orderOf(other)]).toEqual(['quiet', 'work'])
  await tellWorkers(engine().db, [one], 'work')
  expect(await orderOf(one)).toBe('work')
})

test('who is to stop is told nothing else, and who is lost is told nothing', async () => {
  const { db } = engine()
  const [stopping, lost] = [await engine().worker(), await engine().worker()]
  await tellWorkers(db, [stopping], 'stop')
  expect(await tellWorkers(db, [stopping], 'work')).toEqual([])
  expect(await orderOf(stopping)).toBe('stop')
  await engine().query(`update background.worker set lease_until = '-infinity' where id = $1`, [lost])
  expect(await tellWorkers(db, [lost], 'quiet')).toEqual([])
})

test('others see what a worker was told and which tasks it has learned', async () => {
  const { db } = engine()
  const worker = await engine().worker()
  await workerKnows(db, worker, ['A', 'billing/"B"'])
  await tellWorkers(db, [worker], 'quiet')
  const found = (await listWorkers(db)).find(({ id }) => id === worker)
  expect(found).toMatchObject({ tasks: ['A', 'billing/"B"'], told: 'quiet' })
})
