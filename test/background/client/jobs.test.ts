import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../../../background/client/client.ts'
import { stampName } from '../../../background/identity.ts'
import { createRegistry } from '../../../background/registry.ts'
import { task } from '../../../background/task.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { hearing } from '../../support/hearing.ts'
import { whileLocked } from '../../support/locking-job.ts'

const engine = useEngine()
const registry = createRegistry({ Secret: task({ retention: 0, run: async () => {} }) })
let client: Client
beforeAll(() => {
  client = new Client({ url: engine().url, payloadLimit: 1_000, retention: 60_000, registry })
})
afterAll(() => client.close())

const coded = (code: string) => expect.objectContaining({ code })
const jobs = () => client.jobs

async function runningJob(): Promise<string> {
  const [id] = (await engine().enqueue({ priority: -9 })) as [string]
  await engine().claim(await engine().worker(), { limit: 1 })
  return id
}

async function completedJob(): Promise<string> {
  const [id] = (await engine().enqueue({ priority: -9 })) as [string]
  const worker = await engine().worker()
  const claimed = await engine().claim(worker, { limit: 1 })
  await engine().complete(worker, claimed, { result: '[1]' }, closingOf(...claimed))
  return id
}

test('a job by its id, with payload and result as values', async () => {
  const { id } = await client.schedule({
    task: 'SendEmail',
    payload: { to: 'ann' },
    key: 'k',
    in: '1h',
    tags: ['t'],
    flags: ['f'],
  })
  expect(await jobs().get(id)).toMatchObject({
    ...{ id, task: 'SendEmail', state: 'scheduled', payload: { to: 'ann' }, key: 'k' },
    ...{ tags: ['t'], flags: ['f'] },
    ...{ attempt: 0, maxAttempts: 25, crashes: 0, cancelling: false, result: undefined, worker: undefined },
  })
  const done = await completedJob()
  expect(await jobs().get(done)).toMatchObject({ state: 'completed', result: [1], ms: 1, crashes: undefined })
})

test('an unknown id and one that is none', async () => {
  await expect(jobs().get('999')).rejects.toEqual(coded('JOB_NOT_FOUND'))
  await expect(jobs().get('one')).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().get(7 as never)).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().cancel(['1', '2; drop table'])).rejects.toEqual(coded('INVALID_OPTION'))
})

test('page by page', async () => {
  const ids = await engine().enqueue(...Array.from({ length: 5 }, () => ({})))
  const first = await jobs().list({ limit: 3 })
  expect(first.jobs.map(job => job.id)).toEqual([ids[4], ids[3], ids[2]])
  const second = await jobs().list({ limit: 3, cursor: first.cursor })
  expect(second).toMatchObject({ jobs: [{ id: ids[1] }, { id: ids[0] }], cursor: undefined })
})

test('by task, given as a function or by its name', async () => {
  const [id] = (await engine().enqueue({ task: 'Ping' }, {})) as [string]
  const Ping = async () => {}
  stampName(Ping, 'Ping')
  for (const which of [Ping, 'Ping']) {
    expect((await jobs().list({ task: which })).jobs.map(job => job.id)).toEqual([id])
    expect(await jobs().count({ task: which })).toEqual({ count: 1, capped: false })
  }
})

test('a filter that is wrong is refused, and so is one that says nothing', async () => {
  await engine().enqueue({})
  await expect(jobs().list({ states: 'available' } as never)).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().list({ state: 'done' as never })).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().list({ state: [] })).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().list({ limit: 1_001 })).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().list({ cursor: 'x' })).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().list({ since: 'today' as never })).rejects.toEqual(coded('INVALID_OPTION'))
  for (const nothing of [{}, { task: undefined }, { limit: 5 }]) {
    await expect(jobs().remove(nothing)).rejects.toEqual(coded('INVALID_OPTION'))
  }
  expect(await jobs().count()).toEqual({ count: 1, capped: false })
})

describe('what cannot be done with one job is thrown, with several it is told', () => {
  test.each([
    ['discard', 'JOB_RUNNING', 'JOB_FINISHED'],
    ['reschedule', 'JOB_RUNNING', 'JOB_FINISHED'],
    ['retry', 'JOB_RUNNING', undefined],
    ['remove', 'JOB_RUNNING', undefined],
    ['cancel', undefined, 'JOB_FINISHED'],
  ] as const)('%s', async (verb, whenRunning, whenFinished) => {
    const act = (which: string | string[]) => jobs()[verb](which, { in: '1h' } as never)
    const running = await runningJob()
    const finished = await completedJob()
    if (whenRunning) await expect(act(running)).rejects.toMatchObject({ code: whenRunning, job: running })
    if (whenFinished)
      await expect(act(finished)).rejects.toMatchObject({ code: whenFinished, state: 'completed' })
    await expect(act('999')).rejects.toEqual(coded('JOB_NOT_FOUND'))
    const [waiting] = (await engine().enqueue({})) as [string]
    const { done, refused } = await act([running, finished, waiting, waiting, '999'])
    expect(done).toEqual([...(whenFinished ? [] : [finished]), waiting])
    const told = [whenRunning, whenFinished, 'JOB_NOT_FOUND'].filter(code => code !== undefined)
    expect(refused.map(({ code }) => code)).toEqual(told)
  })
})

test('a job that is locked for a moment is tried again, one that stays locked is busy', async () => {
  const [id] = (await engine().enqueue({})) as [string]
  let removal: Promise<unknown> | undefined
  await whileLocked(engine(), id, async () => {
    await expect(jobs().remove(id)).rejects.toMatchObject({ code: 'JOB_BUSY', job: id })
    removal = jobs().remove(id)
  })
  expect(await removal).toMatchObject({ done: [id] })
})

test('by filter, those that are meant and no others, however many', async () => {
  await engine().enqueue(...Array.from({ length: 2_500 }, () => ({ task: 'B', tags: ['t'] })), {}, {})
  const { done } = await jobs().cancel({ task: 'B', tag: 't' }, { reason: 'spam' })
  expect(done.length).toBe(2_500)
  expect(await jobs().count({ state: 'cancelled' })).toEqual({ count: 2_500, capped: false })
  expect(await jobs().count({ state: 'available' })).toEqual({ count: 2, capped: false })
  expect((await jobs().list({ state: 'cancelled', limit: 1 })).jobs[0]?.error).toEqual({
    ...{ name: 'CancelJob', message: 'spam' },
  })
})

test('without a state a filter means those for which the verb makes sense', async () => {
  const finished = await completedJob()
  const running = await runningJob()
  const [waiting] = (await engine().enqueue({})) as [string]
  expect(await jobs().retry({ task: 'A' })).toEqual({ done: [], refused: [] })
  expect(await jobs().reschedule({ task: 'A' }, { priority: 3 })).toEqual({ done: [waiting], refused: [] })
  expect(await jobs().cancel({ task: 'A' })).toEqual({ done: [waiting], refused: [], told: [running] })
  expect(await jobs().retry({ task: 'A', state: ['completed', 'cancelled'], limit: 1 })).toMatchObject({
    done: [waiting],
  })
  expect(await jobs().remove({ task: 'A' })).toEqual({ done: [waiting], refused: [] })
  expect(await jobs().remove({ state: 'completed' })).toEqual({ done: [finished], refused: [] })
})

test('a retention of its own counts also when a job is ended by hand', async () => {
  const { id } = await client.schedule({ task: 'Secret' })
  await jobs().discard(id)
  await expect(jobs().get(id)).rejects.toEqual(coded('JOB_NOT_FOUND'))
})

test('changes that mean nothing are refused', async () => {
  const [id] = (await engine().enqueue({})) as [string]
  await expect(jobs().reschedule(id, {})).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().reschedule(id, { priority: 1.5 })).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().reschedule(id, { maxAttempts: 0 })).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().reschedule(id, { attempt: -1 })).rejects.toMatchObject({
    message: 'attempt is -1',
    hint: 'attempt is a whole number from 0 to 32766',
  })
  await expect(jobs().reschedule(id, { in: '1h', runAt: new Date() })).rejects.toEqual(
    coded('INVALID_OPTION'),
  )
  await expect(jobs().reschedule(id, { task: 'B' } as never)).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(jobs().cancel(id, { reason: '' })).rejects.toEqual(coded('INVALID_OPTION'))
})

test('workers hear of jobs that are due by hand, and of running ones that are to be cancelled', async () => {
  const heard = await hearing(engine())
  const running = await runningJob()
  const [later] = (await engine().enqueue({ delay: 60_000 })) as [string]
  await jobs().cancel(running)
  await heard.until(rings => rings.includes('cancel'))
  await jobs().retry(later)
  await heard.until(rings => rings.includes(''))
})
