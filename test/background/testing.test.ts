import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { sharedClient } from '../../background/current.ts'
import { Background, discard, Queue, snooze, type TaskContext, task } from '../../background/index.ts'
import type { AnyTask } from '../../background/task.ts'
import { testBackground } from '../../background/testing.ts'
import { emptyDatabase } from '../support/database.ts'
import { useEngine } from '../support/engine.ts'

const engine = useEngine()

async function bench(tasks: Record<string, AnyTask>, more: object = {}) {
  const made = await testBackground({ url: engine().url, tasks, ...more })
  onTestFinished(() => made[Symbol.asyncDispose]())
  return made
}

const ran: string[] = []
const SendEmail = async ({ to }: { to: string }) => {
  ran.push(to)
  return `sent to ${to}`
}
const SignUp = async ({ name }: { name: string }, { schedule }: TaskContext) => {
  await schedule({ task: SendEmail, payload: { to: name }, in: '10m', queue: Queue.for('email') })
}

test('what code schedules waits, and nothing runs by itself', async () => {
  const background = await bench({ SendEmail })
  await Background.schedule({ task: SendEmail, payload: { to: 'ann' } })
  const [job] = await background.scheduled(SendEmail)
  expect(job).toMatchObject({ task: 'SendEmail', state: 'available', payload: { to: 'ann' } })
  expect(job?.payload.to.length).toBe(3)
})

test('a drain runs what is due and what that schedules, in order, and time can pass', async () => {
  ran.length = 0
  const background = await bench({ SendEmail, SignUp })
  await Background.scheduleMany(SignUp, [{ payload: { name: 'ann' } }, { payload: { name: 'bob' } }])
  expect(await background.drain()).toEqual({
    completed: 2,
    failed: 0,
    snoozed: 0,
    cancelled: 0,
    discarded: 0,
  })
  expect((await background.scheduled(SendEmail)).map(({ state }) => state)).toEqual([
    'scheduled',
    'scheduled',
  ])
  expect(await background.drain()).toMatchObject({ completed: 0 })
  await background.travel('10m')
  expect(await background.drain()).toMatchObject({ completed: 2 })
  expect(ran).toEqual(['ann', 'bob'])
  expect(await background.scheduled()).toEqual([])
})

test('a failure is thrown, or counted where that is asked for; it is tried again in its time', async () => {
  let attempts = 0
  const Flaky = task({
    backoff: '1h',
    run: async () => {
      if (++attempts < 3) throw new Error(`attempt ${attempts} failed`)
    },
  })
  const background = await bench({ Flaky })
  await Background.schedule({ task: Flaky })
  await expect(background.drain()).rejects.toThrow('attempt 1 failed')
  expect((await background.scheduled(Flaky))[0]).toMatchObject({ state: 'retryable', attempt: 1 })
  await background.travel('1h')
  expect(await background.drain({ safe: true })).toMatchObject({ failed: 1 })
  await background.travel('1h')
  expect(await background.drain()).toMatchObject({ completed: 1 })
})

test('a drain of one queue leaves all other jobs where they are, and obeys a pause', async () => {
  ran.length = 0
  const background = await bench({ SendEmail, SignUp })
  const email = (to: string, queue?: string) =>
    Background.schedule({ task: SendEmail, payload: { to }, queue })
  for (const [to, queue] of [['free'], ['ann', 'email'], ['other', 'dull'], ['bob', 'email']] as const)
    await email(to, queue)
  await Background.schedule({ task: SendEmail, payload: { to: 'later' }, queue: 'email', in: '1h' })
  await Background.schedule({ task: SignUp, payload: { name: 'eve' }, queue: 'email' })
  expect(await background.drain({ queue: Queue.for('email') })).toMatchObject({ completed: 3, failed: 0 })
  expect(ran).toEqual(['ann', 'bob'])
  await background.travel('1h')
  expect(await background.drain({ queue: 'email' })).toMatchObject({ completed: 2 })
  expect(ran).toEqual(['ann', 'bob', 'eve', 'later'])
  await engine().query(`select background.pause_queue('dull')`)
  expect(await background.drain({ queue: 'dull' })).toMatchObject({ completed: 0 })
  expect((await background.scheduled()).map(({ payload }) => payload)).toEqual([
    { to: 'free' },
    { to: 'other' },
  ])
  await expect(background.drain({ queue: '' })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
})

test('a drain of one queue throws what fails, and runs the others of it all the same', async () => {
  ran.length = 0
  const background = await bench({ SendEmail })
  background.failOnce(SendEmail, new Error('away'))
  for (const to of ['ann', 'bob']) await Background.schedule({ task: SendEmail, payload: { to }, queue: 'q' })
  await expect(background.drain({ queue: 'q' })).rejects.toThrow('away')
  expect(ran).toEqual(['bob'])
})

test('attempts fail that are to fail, as many as are to, and the task is not called', async () => {
  ran.length = 0
  const background = await bench({ SendEmail, SignUp })
  background.failOnce(SendEmail, new Error('first'))
  background.failOnce(SendEmail)
  await Background.schedule({ task: SendEmail, payload: { to: 'ann' } })
  await expect(background.drain()).rejects.toThrow('first')
  await background.travel('1d')
  await expect(background.drain()).rejects.toThrow('SendEmail was to fail once')
  expect(ran).toEqual([])
  await background.travel('1d')
  expect(await background.drain()).toMatchObject({ completed: 1 })
  background.failOnce(SendEmail)
  await expect(background.run(SendEmail, { to: 'ann' })).rejects.toThrow('was to fail once')
  background.failOnce(SendEmail)
  await background.clear()
  expect(await background.run(SendEmail, { to: 'ann' })).toBe('sent to ann')
  expect(() => background.failOnce(() => {})).toThrow()
})

test('a failure of the last attempt is counted as discarded', async () => {
  const Bad = () => {
    throw new Error('bad')
  }
  const background = await bench({ Bad })
  await engine().enqueue({ task: 'Bad' }, { task: 'Bad', maxAttempts: 1 })
  expect(await background.drain({ safe: true })).toMatchObject({ failed: 1, discarded: 1 })
})

test('with the clock of Node, what passes on it passes for jobs', async () => {
  const background = await bench({ SendEmail }, { clock: 'node' })
  onTestFinished(() => void vi.useRealTimers())
  const start = Date.now()
  const setClock = (hours: number) => vi.setSystemTime(start + hours * 3_600_000)
  const at = (hours: number) => new Date(start + hours * 3_600_000)
  await Background.schedule({ task: SendEmail, payload: { to: 'ann' }, in: '1h' })
  await Background.schedule({ task: SendEmail, payload: { to: 'bob' }, runAt: at(2) })
  expect(await background.drain()).toMatchObject({ completed: 0 })
  setClock(1)
  await Background.schedule({ task: SendEmail, payload: { to: 'eve' }, in: '1h' })
  await Background.schedule({ task: SendEmail, payload: { to: 'joe' }, runAt: at(3) })
  expect(await background.drain()).toMatchObject({ completed: 1 })
  await background.expectScheduled(SendEmail, { payload: { to: 'eve' }, in: '1h' })
  const [joe] = (await background.scheduled(SendEmail)).filter(({ payload }) => payload.to === 'joe')
  expect(Math.abs(Number(joe?.runAt) - Number(at(3)))).toBeLessThan(2_000)
  setClock(2)
  expect(await background.drain()).toMatchObject({ completed: 2 })
  setClock(3)
  expect(await background.drain()).toMatchObject({ completed: 1 })
})

test('snoozing and discarding are no failures', async () => {
  const background = await bench({ Snooze: () => snooze('1h'), Discard: () => discard('gone') })
  await engine().enqueue({ task: 'Snooze' }, { task: 'Discard' })
  expect(await background.drain()).toMatchObject({ snoozed: 1, discarded: 1, failed: 0 })
})

test('jobs of tasks that are not among those of the test stay where they are', async () => {
  const background = await bench({ SendEmail })
  await engine().enqueue({ task: 'Foreign' }, { task: 'Foreign', queue: 'q' })
  expect(await background.drain()).toMatchObject({ completed: 0, failed: 0 })
  expect((await background.scheduled()).map(({ task }) => task)).toEqual(['Foreign', 'Foreign'])
})

test('a task is run at once, through its schema and through JSON, with a real context', async () => {
  const Report = task({
    payload: z.object({ since: z.coerce.date(), locale: z.string().default('en') }),
    queue: 'reports',
    run: async ({ since, locale }, { attempt, queue, query, schedule }) => {
      await schedule({ task: SendEmail, payload: { to: locale } })
      const [row] = await query<{ one: number }>('select 1 as one')
      return [since.getUTCFullYear(), attempt, queue, row?.one]
    },
  })
  const background = await bench({ Report, SendEmail })
  expect(await background.run(Report, { since: '2026-01-01' }, { attempt: 3 })).toEqual([
    2026,
    3,
    'reports',
    1,
  ])
  await background.expectScheduled(SendEmail, { payload: { to: 'en' } })
  await expect(background.run(Report, { since: 'never' })).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' })
  const Never = () => discard('no')
  const other = await bench({ Never })
  await expect(other.run(Never)).rejects.toThrow('no')
})

test('what is expected is found, by any of its options', async () => {
  const background = await bench({ SendEmail })
  const runAt = new Date('2100-01-01')
  await Background.schedule({
    task: SendEmail,
    payload: { to: 'ann' },
    queue: 'email',
    priority: 3,
    tags: ['t'],
  })
  await Background.schedule({ task: SendEmail, payload: { to: 'bob' }, in: '10m', key: 'k', maxAttempts: 2 })
  await Background.schedule({ task: SendEmail, payload: { to: 'eve' }, runAt })
  const ann = { payload: { to: 'ann' }, queue: Queue.for('email'), priority: 3, tags: ['t'] }
  expect((await background.expectScheduled(SendEmail, ann)).payload.to).toBe('ann')
  expect(
    (await background.expectScheduled(SendEmail, { in: '10m', key: 'k', maxAttempts: 2 })).payload.to,
  ).toBe('bob')
  expect((await background.expectScheduled(SendEmail, { runAt })).payload.to).toBe('eve')
  expect((await background.expectScheduled(SendEmail)).payload.to).toBe('ann')
})

test('what is not expected is found too, and named', async () => {
  const background = await bench({ SendEmail })
  await background.expectNotScheduled(SendEmail)
  const { id } = await Background.schedule({ task: SendEmail, payload: { to: 'ann' } })
  await background.expectNotScheduled(SendEmail, { payload: { to: 'bob' } })
  await expect(background.expectNotScheduled(SendEmail, { payload: { to: 'ann' } })).rejects.toThrow(
    `1 × SendEmail is scheduled that matches { payload: { to: 'ann' } }\n  job ${id}: { to: 'ann' }`,
  )
})

test('what is not found is explained by what comes near', async () => {
  const background = await bench({ SendEmail, SignUp })
  const failure = (match: object) =>
    background.expectScheduled(SendEmail, match).catch((error: Error) => error.message)
  expect(await failure({})).toBe('no SendEmail job is scheduled\nnothing is scheduled at all')
  await Background.schedule({ task: SignUp, payload: { name: 'ann' } })
  expect(await failure({})).toBe('no SendEmail job is scheduled\nscheduled are 1 × SignUp')
  const { id } = await Background.schedule({ task: SendEmail, payload: { to: 'ann' }, in: '1m' })
  expect(await failure({ payload: { to: 'bob' }, in: '10m', queue: 'email' })).toBe(
    [
      "no SendEmail job is scheduled that matches { payload: { to: 'bob' }, in: '10m', queue: 'email' }",
      '1 × SendEmail is scheduled:',
      `  job ${id}: payload.to is 'ann', not 'bob'; queue is undefined, not 'email'; in is '1m', not '10m'`,
    ].join('\n'),
  )
})

test('everything can be cleared', async () => {
  const background = await bench({ SendEmail })
  await Background.schedule({ task: SendEmail, payload: { to: 'ann' }, key: 'k' })
  await background.clear()
  expect(await background.scheduled()).toEqual([])
  expect(await background.drain()).toMatchObject({ completed: 0 })
})

test('an empty database gets the schema, and afterwards all is as it was', async () => {
  const before = sharedClient()
  const empty = await emptyDatabase()
  onTestFinished(() => empty.drop())
  {
    await using background = await testBackground({ url: empty.url, tasks: { SendEmail } })
    expect(sharedClient()).not.toBe(before)
    expect(await background.scheduled()).toEqual([])
  }
  expect(sharedClient()).toBe(before)
})

test('it refuses to work in production, and to travel nowhere', async () => {
  const background = await bench({ SendEmail })
  await expect(background.travel(0)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  vi.stubEnv('NODE_ENV', 'production')
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(bench({ SendEmail })).rejects.toMatchObject({ code: 'TESTS_ONLY' })
})

test('a database that goes away is an error, not a wait', async () => {
  const background = await bench({ SendEmail })
  await engine().query('alter table background.deferred rename to gone')
  await expect(background.drain()).rejects.toThrow()
  await engine().query('alter table background.gone rename to deferred')
})
