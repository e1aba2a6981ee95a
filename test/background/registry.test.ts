import { expect, test } from 'vitest'
import { nameOf } from '../../background/identity.ts'
import { createRegistry } from '../../background/registry.ts'
import { type AnyTask, task } from '../../background/task.ts'

const noop = (): AnyTask => async () => {}
const code = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

test('a registry knows its tasks by name', () => {
  const SendSms = noop()
  const registry = createRegistry({
    SendSms,
    'billing/ChargeCard': task({ queue: 'cards', run: async () => {} }),
  })
  expect(registry.names).toEqual(['SendSms', 'billing/ChargeCard'])
  expect(registry.get('SendSms')).toMatchObject({ name: 'SendSms', run: SendSms })
  expect(registry.find('billing/ChargeCard')).toMatchObject({ queue: 'cards' })
  expect(registry.find('Other')).toBeUndefined()
})

test('its keys are the names of its tasks', () => {
  const a = noop()
  createRegistry({ SendEmail: a })
  createRegistry({ SendEmail: a })
  expect(nameOf(a)).toBe('SendEmail')
  expect(nameOf(async function SendEmail() {})).toBe('SendEmail')
})

test('an unknown name is told what was meant and what there is', () => {
  const registry = createRegistry({ SendEmail: noop(), SendSms: noop() })
  expect(() => registry.get('SendEmial')).toThrow(code('UNKNOWN_TASK', /did you mean SendEmail\?/))
  expect(() => registry.get('Foo')).toThrow(
    expect.objectContaining({ hint: 'known tasks: SendEmail, SendSms' }),
  )
  expect(registry.find('toString')).toBeUndefined()
})

test('names that differ only in case are one name too many', () => {
  expect(() => createRegistry({ SendEmail: noop(), sendEmail: noop() })).toThrow(
    code('DUPLICATE_TASK', /SendEmail and sendEmail/),
  )
})

test('one task cannot have two names', () => {
  const a = noop()
  expect(() => createRegistry({ A: a, B: a })).toThrow(
    code('INVALID_OPTION', /the task A cannot be named B too/),
  )
})

test('what is no task is refused', () => {
  expect(() => createRegistry({ A: {} as never })).toThrow(code('INVALID_TASK_FILE', /A is an object/))
})
