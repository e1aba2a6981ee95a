import { afterEach, expect, test } from 'vitest'
import { nameOf, rememberTasks, stampedName, stampName } from '../../background/identity.ts'

const known = (globalThis as unknown as Record<symbol, Map<string, unknown>>)[
  Symbol.for('kretes.tasks.known')
]

afterEach(() => known?.clear())

test('a stamped name is the name, whatever the function is called', () => {
  const a = async () => {}
  stampName(a, 'billing/ChargeCard')
  expect(nameOf(a)).toBe('billing/ChargeCard')
})

test('a name stamped by another copy of the package counts', () => {
  const a = Object.assign(async () => {}, { [Symbol.for('kretes.task.name')]: 'SendEmail' })
  expect(nameOf(a)).toBe('SendEmail')
})

test('the first name stays', () => {
  const a = async () => {}
  stampName(a, 'SendEmail')
  stampName(a, 'SendEmail')
  expect(() => stampName(a, 'SendSms')).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining('SendEmail') }),
  )
  expect(stampedName(a)).toBe('SendEmail')
})

test('a frozen function cannot carry a name and says so', () => {
  expect(() =>
    stampName(
      Object.freeze(async () => {}),
      'A',
    ),
  ).toThrow(/frozen/)
})

test.each([['SendEmail'], ['']])("a bare function's name %j is not its task's name", functionName => {
  const task = Object.defineProperty(async () => {}, 'name', { value: functionName })
  expect(() => nameOf(task)).toThrow(expect.objectContaining({ code: 'UNNAMED_TASK' }))
})

test("a bare function's name counts when it is a known task's", () => {
  rememberTasks(['SendEmail', 'billing/ChargeCard'])
  expect(nameOf(async function SendEmail() {})).toBe('SendEmail')
  expect(nameOf(async function ChargeCard() {})).toBe('billing/ChargeCard')
  expect(() => nameOf(async function SendEmail_default() {})).toThrow(/SendEmail_default/)
})

test("a bare function's name does not choose between two tasks", () => {
  rememberTasks(['billing/Charge', 'phone/Charge'])
  rememberTasks(['billing/Charge'])
  expect(() => nameOf(async function Charge() {})).toThrow(expect.objectContaining({ code: 'UNNAMED_TASK' }))
})
