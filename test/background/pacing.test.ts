import { expect, test } from 'vitest'
import { paced } from '../../background/pacing.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'

const engine = useEngine()
const clients = useClients(engine)

function scheduler() {
  const client = clients.open()
  return { ...paced(client), with: (trx: unknown) => paced(client.with(trx)) }
}

/** The jobs there are, and in how many seconds they are due. */
const jobs = () =>
  engine().query(`
    select task, payload, key, round(extract(epoch from run_at - now()))::int as due from background.jobs order by id`)
const hasPassed = (time: string) =>
  engine().query(
    `
    with moved as (update background.job set created_at = created_at - $1::interval, run_at = run_at - $1::interval returning *)
    update background.deferred d set run_at = m.run_at from moved m where m.id = d.id`,
    [time],
  )

test('calls are put off and become one job, with the last payload', async () => {
  const { debounce } = scheduler()
  const call = (n: number) => debounce({ task: 'A', payload: { n }, key: 'k', wait: '10s' })
  const { id } = await call(1)
  await hasPassed('6 seconds')
  expect((await call(2)).id).toBe(id)
  expect(await jobs()).toEqual([{ task: 'A', payload: { n: 2 }, key: 'k', due: 10 }])
})

test('not for longer than they may be', async () => {
  const { debounce } = scheduler()
  const call = () => debounce({ task: 'A', key: 'k', wait: '10s', maxWait: '15s' })
  await call()
  await hasPassed('3 seconds')
  await call()
  expect(await jobs()).toMatchObject([{ due: 10 }])
  await hasPassed('5 seconds')
  await call()
  expect(await jobs()).toMatchObject([{ due: 7 }])
})

test('once the job runs, the next call begins anew', async () => {
  const { debounce } = scheduler()
  const call = () => debounce({ task: 'A', key: 'k', wait: '10s', maxWait: '15s' })
  const { id } = await call()
  await engine().letDue()
  await engine().claim(await engine().worker())
  expect((await call()).id).not.toBe(id)
  expect((await jobs()).map(job => job.due)).toEqual([expect.any(Number), 10])
})

test('there is one job in a window, with the last payload or all items', async () => {
  const { throttle } = scheduler()
  for (const n of [1, 2, 3]) {
    await throttle({ task: 'A', payload: { n }, key: 'k', every: '10s' })
    await throttle({ task: 'B', payload: [n], key: 'batch', every: '10s' })
    await hasPassed('2 seconds')
  }
  expect(await jobs()).toEqual([
    { task: 'A', payload: { n: 3 }, key: 'k', due: 4 },
    { task: 'B', payload: [1, 2, 3], key: 'batch', due: 4 },
  ])
})

test('they take what schedule takes', async () => {
  await scheduler().debounce({
    task: 'A',
    key: 'k',
    wait: 5,
    queue: 'q',
    priority: 3,
    tags: ['t'],
    flags: ['f'],
  })
  expect(await engine().query('select queue, priority, tags, flags from background.jobs')).toEqual([
    { queue: 'q', priority: 3, tags: ['t'], flags: ['f'] },
  ])
})

test.each([
  [{ wait: '10s', maxWait: '5s' }, 'maxWait is 5s, which is shorter than wait, 10s'],
  [{ wait: 'soon' }, 'soon'],
  [{ wait: '1s', key: '' }, 'key is ""'],
])('%j is refused, and nothing is written', async (options, message) => {
  const call = async () => scheduler().debounce({ task: 'A', key: 'k', ...options })
  await expect(call()).rejects.toThrow(message)
  expect(await jobs()).toEqual([])
})
