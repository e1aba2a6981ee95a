import { expect, test } from 'vitest'
import { cancel, discard } from '../../../background/outcome.ts'
import { task } from '../../../background/task.ts'
import { outcomeOfBatch } from '../../../background/worker/batch.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const no = (message: string) => Promise.reject(new Error(message))
const add = (args: string) => engine().value(`select id from background.add_job('A', ${args})`)
const history = () => engine().query('select state, attempt, payload, result, error from background.history')

test('values and promises that are kept complete it', async () => {
  expect(await outcomeOfBatch('A', 3, [1, Promise.resolve(2), undefined])).toEqual({
    ...{ kind: 'completed', result: [1, 2, undefined] },
  })
})

test('those that are broken are tried again, the others are not', async () => {
  expect(await outcomeOfBatch('A', 4, [1, no('b'), Promise.resolve(3), no('d')])).toMatchObject({
    kind: 'failed',
    items: [2, 4],
    error: { code: 'BATCH_FAILED', message: '2 of 4 items failed: b; d' },
  })
})

test('many errors are told in part', async () => {
  const outcome = await outcomeOfBatch(
    'A',
    12,
    Array.from({ length: 12 }, (_, n) => no(`e${n}`)),
  )
  expect(outcome).toMatchObject({
    error: { message: expect.stringMatching(/^12 of 12 items failed: e0;.*e9; and 2 more$/) },
  })
})

test('what is discarded or cancelled is not tried again', async () => {
  const [gone, unwanted] = [async () => discard('gone'), async () => cancel('unwanted')]
  expect(await outcomeOfBatch('A', 3, [gone(), no('b'), unwanted()])).toMatchObject({
    kind: 'failed',
    items: [2],
  })
  expect(await outcomeOfBatch('A', 3, [gone(), 2, unwanted()])).toMatchObject({
    kind: 'discarded',
    items: [1, 3],
  })
})

test('another number of values than items is a failure that says so', async () => {
  expect(await outcomeOfBatch('A', 3, [1, no('unheard')])).toMatchObject({
    kind: 'failed',
    error: { code: 'BATCH_MISMATCH', message: 'A returned 2 values for 3 items' },
  })
})

test('only what failed runs again, with the text it was given', async () => {
  const seen: unknown[][] = []
  const A = task({
    backoff: '1ms',
    run: (items: { n: number }[]) => {
      seen.push(items)
      return items.map(({ n }) => (n % 2 && seen.length < 3 ? no(`odd ${n}`) : Promise.resolve(n * 10)))
    },
  })
  const { worker, told } = await workers.start({ A })
  await add(`'[{"n":1}, {"n": 2},{"n":3.0},{"n":4}]'`)
  await eventually(() => told('job:completed').length === 1)
  expect(seen).toEqual([
    [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }],
    [{ n: 1 }, { n: 3 }],
    [{ n: 1 }, { n: 3 }],
  ])
  await worker.untilEmpty()
  expect(await engine().value('select payload::text from background.history')).toBe('[{"n":1},{"n":3.0}]')
  expect(await history()).toMatchObject([{ state: 'completed', attempt: 3, result: [10, 30] }])
  expect(told('job:failed')[0]).toMatchObject({ error: { message: '2 of 4 items failed: odd 1; odd 3' } })
})

test('what is left after the last attempt is what history has', async () => {
  const A = (items: number[]) => items.map(n => (n === 2 ? no('two') : n))
  const { worker } = await workers.start({ A })
  await add(`'[1,2,3]', max_attempts => 1`)
  await worker.untilEmpty()
  expect(await history()).toMatchObject([
    { state: 'discarded', attempt: 1, payload: [2], error: { name: 'BatchFailed' } },
  ])
  expect(
    await engine().value(
      `select payload::text from background.retry_jobs(array(select id from background.history))`,
    ),
  ).toBe('[2]')
})

test.each([
  [
    'throws',
    () => no('all of it'),
    '[1,2]',
    { state: 'discarded', payload: [1, 2], error: { message: 'all of it' } },
  ],
  ['returns nothing', () => {}, '[1,2]', { state: 'completed', result: null }],
  ['returns an object', async () => ({ sum: 3 }), '[1,2]', { state: 'completed', result: { sum: 3 } }],
  [
    'returns an array and has no batch',
    () => [1, 2, 3],
    '{"n":1}',
    { state: 'completed', result: [1, 2, 3] },
  ],
  ['has an empty batch', () => [], '[]', { state: 'completed', result: [] }],
  [
    'returns too few',
    () => [1],
    '[1,2]',
    { state: 'discarded', payload: [1, 2], error: { name: 'BatchMismatch' } },
  ],
])('a task that %s', async (_, A, payload, expected) => {
  const { worker } = await workers.start({ A })
  await add(`'${payload}', max_attempts => 1`)
  await worker.untilEmpty()
  expect(await history()).toMatchObject([expected])
})

test('items that come while a batch runs are a batch of their own, and neither loses any', async () => {
  const seen: number[][] = []
  const A = task({
    backoff: '1ms',
    run: async (items: number[]) => {
      seen.push(items)
      if (seen.length > 1) return items
      await engine().query(`select background.add_job('A', '[3]', job_key => 'k')`)
      return items.map(n => (n === 2 ? no('two') : n))
    },
  })
  const { worker } = await workers.start({ A }, { concurrency: 1 })
  await add(`'[1]', job_key => 'k', run_at => now() + interval '1 hour'`)
  await add(`'[2]', job_key => 'k'`)
  await eventually(() => seen.length === 3)
  await worker.untilEmpty()
  expect(seen[0]).toEqual([1, 2])
  expect(seen.slice(1).sort()).toEqual([[2], [3]])
})
