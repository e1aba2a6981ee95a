import { expect, test } from 'vitest'
import { setConcurrency } from '../../../background/engine/queues.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

const stored = () => engine().query('select name, concurrency, paused_at from background.queue order by name')

test('what is set is stored, changed, and left alone where it is the same', async () => {
  await setConcurrency(engine().db, {})
  expect(await stored()).toEqual([])
  await setConcurrency(engine().db, { a: 2, 'b,"\\{}': 32_767 })
  const before = await engine().column('select xmin::text from background.queue order by name')
  await setConcurrency(engine().db, { a: 2, 'b,"\\{}': 5 })
  expect(await stored()).toEqual([
    { name: 'a', concurrency: 2, paused_at: null },
    { name: 'b,"\\{}', concurrency: 5, paused_at: null },
  ])
  const after = await engine().column('select xmin::text from background.queue order by name')
  expect(after[0]).toBe(before[0])
  expect(after[1]).not.toBe(before[1])
})

test('a serial queue needs no row, unless it was another one before', async () => {
  await setConcurrency(engine().db, { a: 1, b: 2 })
  expect(await stored()).toMatchObject([{ name: 'b' }])
  await setConcurrency(engine().db, { a: 1, b: 1 })
  expect(await stored()).toMatchObject([{ name: 'b', concurrency: 1 }])
})

test('a pause stays', async () => {
  await setConcurrency(engine().db, { a: 2 })
  await engine().query('update background.queue set paused_at = now()')
  await setConcurrency(engine().db, { a: 3 })
  expect(await stored()).toMatchObject([{ concurrency: 3, paused_at: expect.any(Date) }])
})

test('workers that start at the same time agree', async () => {
  const connections = Array.from({ length: 8 }, () => engine().connect())
  await Promise.all(connections.map((db, n) => setConcurrency(db, n % 2 ? { a: 2, b: 3 } : { b: 3, a: 2 })))
  expect(await stored()).toMatchObject([{ concurrency: 2 }, { concurrency: 3 }])
})
