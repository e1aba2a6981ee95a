import { expect, test } from 'vitest'
import { lanesOf, moveAside, setAside } from '../../../background/engine/lanes.ts'
import { rescue } from '../../../background/engine/rescue.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { hearing } from '../../support/hearing.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const engine = useEngine()
const idsOf = async (...tasks: string[]) => (await lanesOf(engine().db, tasks)).map(lane => lane.id).sort()

test('tasks share lane 0 until they are set aside; then each has its own', async () => {
  expect(await idsOf('A', 'B', 'C')).toEqual([])
  await setAside(engine().db, ['B', 'C'])
  const [b, c] = [await idsOf('B'), await idsOf('C')]
  expect(await idsOf('A')).toEqual([])
  expect([b.length, c.length]).toEqual([1, 1])
  expect(b).not.toEqual(c)
  expect(await idsOf('A', 'B', 'C')).toEqual([...b, ...c].sort())
})

test('setting aside again changes nothing, and uses up no lane', async () => {
  const { db } = engine()
  await setAside(db, ['A'])
  const [before] = await idsOf('A')
  for (let n = 0; n < 5; n++) await setAside(db, ['A', 'A'])
  await setAside(db, ['A', 'B'])
  expect(await idsOf('A')).toEqual([before])
  expect(await idsOf('B')).toEqual([(before as number) + 1])
})

test('names may have any characters', async () => {
  const names = ['billing/Charge', '"', '\\', ',', '{}', 'null', '漢']
  await setAside(engine().db, names)
  expect((await lanesOf(engine().db, names)).length).toBe(names.length)
})

test('workers that set tasks aside at the same time give no lane twice', async () => {
  const connections = Array.from({ length: 10 }, () => engine().connect())
  await Promise.all(connections.map(db => db.open()))
  await Promise.all(connections.map((db, n) => setAside(db, [`T${n}`, 'Same', `U${n}`])))
  const tasks = await engine().column('select task from background.lane')
  expect(tasks.length).toBe(21)
  expect(new Set(tasks).size).toBe(21)
})

test('each set of flags has a lane, whatever their order, which every task shares', async () => {
  const flags = [['a'], ['b', 'a'], ['a', 'b', 'a'], []]
  await engine().enqueue(...flags.map((flags, n) => ({ flags, task: n % 2 ? 'A' : 'B' })))
  const rows = await engine().query('select id, lane, flags from background.job order by id')
  const [a, ab, again, none] = rows.map(row => row.lane)
  expect(rows.map(row => row.flags)).toEqual([['a'], ['a', 'b'], ['a', 'b'], null])
  expect(none).toBe(0)
  expect(again).toBe(ab)
  expect(new Set([a, ab, none]).size).toBe(3)
  expect(await lanesOf(engine().db, ['A'])).toEqual([
    { id: a, flags: ['a'] },
    { id: ab, flags: ['a', 'b'] },
  ])
})

test('jobs of a task that was set aside have lanes of their own for their flags', async () => {
  await setAside(engine().db, ['B'])
  await engine().enqueue({ task: 'A', flags: ['x'] }, { task: 'B', flags: ['x'] }, { task: 'B' })
  const [a, bx, b] = await engine().column('select lane from background.job order by id')
  expect(new Set([a, b, bx]).size).toBe(3)
  expect((await lanesOf(engine().db, ['A'])).map(lane => lane.id)).toEqual([a])
  expect(new Set(await idsOf('B'))).toEqual(new Set([a, b, bx]))
})

test('a new lane is told to all who listen, when it is there', async () => {
  const ear = await hearing(engine())
  const scheduling = await openTransaction(engine().url)
  await scheduling.query(`select background.add_job('A', flags => '{x}')`)
  await engine().query(`select pg_notify('background', 'before')`)
  await ear.until(rings => rings.includes('before'))
  await scheduling.commit()
  await ear.until(rings => rings.join() === 'before,lanes')
})

test('a transaction that is slow to use new flags delays nobody who uses them too', async () => {
  const slow = await openTransaction(engine().url)
  await slow.query(`select background.add_job('A', flags => '{x}')`)
  await engine().enqueue({ flags: ['x'] })
  await slow.commit()
  await engine().enqueue({ flags: ['x'] })
  const worker = await engine().worker()
  expect((await engine().claim(worker, { lanes: await idsOf('A') })).length).toBe(3)
})

test('strangers go back to the lanes of their tasks, and so does everything that comes after them', async () => {
  const { db } = engine()
  await engine().enqueue({ task: 'B' }, { task: 'B', flags: ['x'] }, { task: 'A' })
  const worker = await engine().worker()
  const claimed = await engine().claim(worker, { lanes: [0, ...(await idsOf('A'))] })
  const strangers = claimed.filter(job => job.task === 'B')
  await setAside(db, ['B'])
  await moveAside(db, worker, strangers)
  await engine().release(worker, claimed, closingOf(...claimed))
  expect((await engine().claim(worker, { lanes: [0, ...(await idsOf('A'))] })).map(job => job.task)).toEqual([
    'A',
  ])
  expect((await engine().claim(worker, { lanes: await idsOf('B') })).length).toBe(2)
})

test('a job that was taken away meanwhile stays where it is', async () => {
  await engine().enqueue({ task: 'B' })
  const worker = await engine().worker()
  const claimed = await engine().claim(worker)
  await setAside(engine().db, ['B'])
  await engine().expire(worker)
  await rescue(engine().db, 60)
  await moveAside(engine().db, worker, claimed)
  expect(await engine().column('select lane from background.ready')).toEqual([0])
})
