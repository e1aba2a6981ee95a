import { expect, test } from 'vitest'
import {
  DuplicateTask,
  InvalidOption,
  InvalidPayload,
  InvalidTaskFile,
  JobTimedOut,
  LeaseLost,
  PayloadNotJson,
  PayloadTooLarge,
  UnknownTask,
  UnnamedTask,
} from '../../background/errors.ts'
import { isKretesError } from '../../framework/errors.ts'

test.each([
  [new UnnamedTask('SendEmail_default'), 'UNNAMED_TASK', /SendEmail_default/],
  [new UnknownTask('SendEmial', ['SendEmail']), 'UNKNOWN_TASK', /did you mean SendEmail\?/],
  [
    new InvalidPayload('SendEmail', [{ path: 'to', message: 'expected string' }]),
    'INVALID_PAYLOAD',
    /to: expected/,
  ],
  [new PayloadNotJson('payload.at', 'a Date'), 'PAYLOAD_NOT_JSON', /payload\.at is a Date/],
  [new PayloadTooLarge(12, 10), 'PAYLOAD_TOO_LARGE', /12 bytes.*10/],
  [new InvalidOption('priority is 1.5', 'a whole number'), 'INVALID_OPTION', /priority is 1\.5/],
  [new DuplicateTask('A', ['tasks/A.ts', 'tasks/a.ts']), 'DUPLICATE_TASK', /tasks\/A\.ts and tasks\/a\.ts/],
  [new InvalidTaskFile('A', 'is a class', 'use a function'), 'INVALID_TASK_FILE', /A is a class/],
  [new JobTimedOut('A', 30_000), 'JOB_TIMED_OUT', /30s/],
  [new LeaseLost('w1'), 'LEASE_LOST', /w1/],
])('%s says what happened, has a code and says what to do', (error, code, message) => {
  expect(isKretesError(error)).toBe(true)
  expect(error).toMatchObject({ code, name: error.constructor.name, message: expect.stringMatching(message) })
  expect(error.hint).toMatch(/\w{3,}/)
})

test('an unnamed task is told the three ways to a name', () => {
  const { hint } = new UnnamedTask()
  expect(hint).toContain('tasks/SendEmail.ts')
  expect(hint).toContain("task({ name: 'SendEmail'")
  expect(hint).toContain('{ tasks: { SendEmail } }')
})

test('an unknown task is told which there are, or how to add it', () => {
  expect(new UnknownTask('X', ['A', 'B']).hint).toBe('known tasks: A, B')
  expect(new UnknownTask('X', []).hint).toContain('tasks/X.ts')
})
