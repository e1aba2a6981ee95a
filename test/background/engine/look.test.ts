import { expect, test } from 'vitest'
import { lanesOf, setAside } from '../../../background/engine/lanes.ts'
import { look } from '../../../background/engine/look.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const engine = useEngine()
const NOTHING = { free: false, queued: false, nextIn: undefined, lanes: 0 }

test('nothing to do', async () => {
  expect(await look(engine().db, [0])).toMatchObject(NOTHING)
})

test('a free job is seen in its lane only', async () => {
  await setAside(engine().db, ['B'])
  await engine().enqueue({ task: 'B' })
  const lanes = (await lanesOf(engine().db, ['A', 'B'])).map(lane => lane.id)
  expect(await look(engine().db, [0])).toMatchObject({ free: false })
  expect(await look(engine().db, lanes)).toMatchObject({ free: true, queued: false })
})

test('a job of a queue', async () => {
  await engine().enqueue({ queue: 'q' })
  expect(await look(engine().db, [0])).toMatchObject({ ...NOTHING, queued: true })
})

test('when the next job is due, and how long one has been', async () => {
  await engine().enqueue({ delay: 90_000 }, { delay: 60_000 })
  const { nextIn } = await look(engine().db, [0])
  expect(nextIn).toBeGreaterThan(50_000)
  expect(nextIn).toBeLessThanOrEqual(60_000)
  await engine().query(`update background.job set run_at = now() - interval '3 seconds'`)
  await engine().query(`update background.deferred set run_at = (select run_at from background.job limit 1)`)
  expect((await look(engine().db, [0])).nextIn).toBeLessThanOrEqual(-3_000)
})

test('how many lanes there are', async () => {
  await setAside(engine().db, ['B', 'C'])
  expect(await look(engine().db, [0])).toMatchObject({ ...NOTHING, lanes: 2 })
})

test('which transactions have ended', async () => {
  const writing = await openTransaction(engine().url)
  const [row] = await writing.executor.run({ name: '', text: 'select txid_current()' }, [])
  const number = Number(row?.[0])
  expect((await look(engine().db, [0])).allEndedBefore).toBeLessThanOrEqual(number)
  await writing.commit()
  await eventually(async () => (await look(engine().db, [0])).allEndedBefore > number)
})
