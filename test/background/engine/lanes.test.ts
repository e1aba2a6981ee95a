import { expect, test } from 'vitest'
import { lanesOf, setAside } from '../../../background/engine/lanes.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

test('tasks share a lane until they are set aside; then each has its own', async () => {
  const { db } = engine()
  expect(await lanesOf(db, ['A', 'B', 'C'])).toEqual([0])
  await setAside(db, ['B', 'C'])
  const [a, b, c] = [await lanesOf(db, ['A']), await lanesOf(db, ['B']), await lanesOf(db, ['C'])]
  expect(a).toEqual([0])
  expect(new Set([...a, ...b, ...c]).size).toBe(3)
  expect((await lanesOf(db, ['A', 'B', 'C'])).sort()).toEqual([...a, ...b, ...c].sort())
  expect(await lanesOf(db, [])).toEqual([])
})

test('setting aside again changes nothing, and uses up no lane', async () => {
  const { db } = engine()
  await setAside(db, ['A'])
  const [before] = await lanesOf(db, ['A'])
  for (let n = 0; n < 5; n++) await setAside(db, ['A', 'A'])
  await setAside(db, ['A', 'B'])
  expect(await lanesOf(db, ['A'])).toEqual([before])
  expect(await lanesOf(db, ['B'])).toEqual([(before as number) + 1])
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
  const lanes = await engine().column('select lane from background.task')
  expect(lanes.length).toBe(21)
  expect(new Set(lanes).size).toBe(21)
})

test('one transaction that is slow to set a task aside delays those that set aside another one by nothing', async () => {
  const slow = engine().connect()
  await slow.run({ name: '', text: 'begin' }, [])
  await setAside(slow, ['A'])
  await setAside(engine().db, ['B'])
  await slow.run({ name: '', text: 'commit' }, [])
  expect((await lanesOf(engine().db, ['A', 'B'])).length).toBe(2)
})
