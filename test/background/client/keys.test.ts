import { expect, test } from 'vitest'
import type { JobOptions } from '../../../background/schedule-options.ts'
import { openDatabase } from '../../../framework/database.ts'
import { transaction } from '../../../framework/transaction.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const engine = useEngine()
const clients = useClients(engine)

const jobs = () => engine().query('select id, payload, key, flags, priority from background.jobs order by id')

test('the mode of a key decides what becomes of the job that waits under it', async () => {
  const { schedule } = clients.open()
  const call = (n: number, mode?: 'replace' | 'preserve_run_at' | 'unsafe_dedupe') =>
    schedule({ task: 'A', payload: { n }, in: `${n}h`, key: mode ? { name: 'k', mode } : 'k' })
  const { id } = await call(1)
  const dueIn = () =>
    engine().value(`select round(extract(epoch from run_at - now()) / 3600)::int from background.job`)
  expect((await call(2)).id).toBe(id)
  expect([await dueIn(), (await jobs())[0]?.payload]).toEqual([2, { n: 2 }])
  expect((await call(3, 'preserve_run_at')).id).toBe(id)
  expect([await dueIn(), (await jobs())[0]?.payload]).toEqual([2, { n: 3 }])
  expect((await call(4, 'unsafe_dedupe')).id).toBe(id)
  expect([await dueIn(), (await jobs())[0]?.payload]).toEqual([2, { n: 3 }])
})

test('of many jobs some may have keys; ids come in the order of the items', async () => {
  const { scheduleMany } = clients.open()
  const handles = await scheduleMany('A', [
    { payload: { n: 0 } },
    { payload: { n: 1 }, key: 'k' },
    { payload: { n: 2 } },
    { payload: { n: 3 }, key: 'k' },
    { payload: { n: 4 }, key: { name: 'l', mode: 'preserve_run_at' } },
    { payload: { n: 5 }, flags: ['f'] },
  ])
  const ids = handles.map(handle => handle.id)
  expect(ids[1]).toBe(ids[3])
  expect((await jobs()).map(job => [job.id, job.payload, job.key, job.flags])).toEqual([
    [ids[0], { n: 0 }, null, null],
    [ids[3], { n: 3 }, 'k', null],
    [ids[2], { n: 2 }, null, null],
    [ids[4], { n: 4 }, 'l', null],
    [ids[5], { n: 5 }, null, ['f']],
  ])
})

test('many with the same keys in different orders do not lock each other out', async () => {
  const items = Array.from({ length: 60 }, (_, n) => ({ payload: [n], key: `k${n}` }))
  const all = Array.from({ length: 6 }, () => clients.open())
  await Promise.all(all.map((client, n) => client.scheduleMany('A', n % 2 ? items : [...items].reverse())))
  const stored = await jobs()
  expect(stored.length).toBe(60)
  expect(stored.map(job => (job.payload as number[]).length)).toEqual(stored.map(() => 6))
})

test('keys and flags count in transactions too', async () => {
  const client = clients.open()
  const trx = await openTransaction(engine().url)
  const pgTransaction = {
    query: async (text: string, values: unknown[]) => ({
      rows: await trx.executor.run({ name: '', text }, values),
    }),
  }
  const scheduler = client.with(pgTransaction)
  const one = await scheduler.schedule({ task: 'A', key: 'k', payload: [1] })
  const [again, other] = await scheduler.scheduleMany('A', [{ key: 'k', payload: [2] }, { flags: ['f'] }])
  expect(again?.id).toBe(one.id)
  expect(await jobs()).toEqual([])
  await trx.commit()
  expect(await jobs()).toMatchObject([
    { id: one.id, payload: [1, 2], key: 'k' },
    { id: other?.id, flags: ['f'] },
  ])
})

test('and in the transaction at hand', async () => {
  const client = clients.open()
  const database = openDatabase({ url: engine().url, poolSize: 1, applicationName: 'app' })
  try {
    await transaction(database, async () => {
      await client.schedule({ task: 'A', key: 'k' })
      await client.scheduleMany('A', [{ key: 'k', priority: 5 }, { key: 'l' }])
    })
  } finally {
    await database.close()
  }
  expect(await jobs()).toMatchObject([{ key: 'k', priority: 5 }, { key: 'l' }])
})

const BAD: readonly (readonly [options: object, message: string])[] = [
  [{ key: '' }, 'key is ""'],
  [{ key: 'x'.repeat(513) }, 'key is text of 513 characters'],
  [{ key: 'a\0b' }, 'key is'],
  [{ key: { name: 'k', mode: 'merge' } }, 'the mode of key is "merge"'],
  [{ queue: '' }, 'queue is ""'],
  [{ queue: 'x'.repeat(129) }, 'queue is text of 129 characters'],
  [{ priority: 32_768 }, 'priority is 32768'],
  [{ maxAttempts: 0 }, 'maxAttempts is 0'],
  [{ flags: 'f' }, 'flags is "f"'],
  [{ flags: [''] }, 'a flag is ""'],
  [{ flags: ['x'.repeat(65)] }, 'a flag is text of 65 characters'],
  [{ flags: Array.from({ length: 17 }, String) }, 'flags is an array'],
  [{ payload: 'a\0b' }, 'payload is a string with a NUL character'],
  [{ payload: 'x'.repeat(1_048_575) }, 'the payload takes 1048577 bytes as JSON, the limit is 1048576'],
]

test.each(BAD)('%j is refused in one job and in many, and nothing is written', async (options, message) => {
  const client = clients.open()
  const bad = options as JobOptions
  await expect(client.schedule({ task: 'A', ...bad })).rejects.toThrow(message)
  await expect(client.scheduleMany('A', [{}, { key: 'k' }, bad])).rejects.toThrow(message)
  expect(await jobs()).toEqual([])
})
