import { expect, test } from 'vitest'
import { z } from 'zod'
import { stampName } from '../../background/identity.ts'
import { type AnyTask, define, definitionOf, type Task, task } from '../../background/task.ts'

const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) })

test('a plain function is a task with the defaults', () => {
  const run = async () => {}
  const definition = define(run, 'SendEmail')
  expect(definition).toEqual({
    name: 'SendEmail',
    schema: undefined,
    queue: undefined,
    maxAttempts: 25,
    priority: 0,
    backoff: expect.any(Function),
    timeout: undefined,
    retention: undefined,
    tags: [],
    transactional: false,
    run,
  })
  expect(definition.backoff(10, undefined)).toBeGreaterThan(19_000_000)
})

test('the Kretes form is a task', async () => {
  const SendEmail: Task = async input => {
    const { name } = input
    return `hello ${name}`
  }
  await expect(define(SendEmail, 'SendEmail').run({ name: 'ann' }, {} as never)).resolves.toBe('hello ann')
})

test('options are checked and brought into the units of the house', () => {
  const payload = z.object({ to: z.email() })
  const made = task({
    payload,
    queue: 'email',
    maxAttempts: 5,
    priority: -2,
    backoff: ['1s'],
    timeout: '30s',
    retention: '1d',
    tags: ['mail'],
    run: async ({ to }) => to,
  })
  const definition = define(made, 'SendEmail')
  expect(definition).toMatchObject({
    schema: payload,
    queue: 'email',
    maxAttempts: 5,
    priority: -2,
    timeout: 30_000,
    retention: 86_400_000,
    tags: ['mail'],
  })
  expect(definition.backoff(1, undefined)).toBe(1_000)
})

test('a task can be called, as in a test of it, and `this` is its options', async () => {
  const made = task({
    payload: z.object({ to: z.string() }),
    tags: ['mail'],
    async run({ to }) {
      return [to, this.tags]
    },
  })
  await expect(made({ to: 'ann' }, {} as never)).resolves.toEqual(['ann', ['mail']])
})

test('task({ name }) names it', () => {
  const made = task({ name: 'billing/ChargeCard', run: async () => {} })
  expect(definitionOf(made)).toMatchObject({ name: 'billing/ChargeCard' })
})

test('the definition of a task is made once', () => {
  const made: AnyTask = async () => {}
  expect(() => definitionOf(made)).toThrow(expect.objectContaining({ code: 'UNNAMED_TASK' }))
  stampName(made, 'SendEmail')
  expect(definitionOf(made)).toBe(definitionOf(made))
})

test.each([
  [{ queue: '' }, /queue is ""/],
  [{ maxAttempts: 0 }, /maxAttempts is 0/],
  [{ priority: 1e6 }, /priority is 1000000/],
  [{ backoff: 'soon' }, /backoff is "soon"/],
  [{ timeout: '5 parsecs' }, /timeout is "5 parsecs"/],
  [{ retention: -1 }, /retention is -1/],
  [{ tags: 'mail' }, /tags is "mail"/],
  [{ name: '' }, /name is ""/],
])('task(%o) is refused at once', (options, message) => {
  expect(() => task({ ...(options as object), run: async () => {} })).toThrow(refused(message))
})

test.each([
  [class SendEmail {}, 'is a class'],
  [{ run: async () => {} }, 'is an object'],
  [null, 'is null'],
  [5, 'is a number'],
])('%o is no task', (candidate, reason) => {
  expect(() => define(candidate, 'SendEmail')).toThrow(
    expect.objectContaining({ code: 'INVALID_TASK_FILE', message: `SendEmail ${reason}, not a task` }),
  )
})

test('task() without a function to run is refused at once', () => {
  expect(() => task({ run: undefined } as never)).toThrow(refused(/run is/))
})
