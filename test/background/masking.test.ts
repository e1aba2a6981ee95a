import { expect, test } from 'vitest'
import { z } from 'zod'
import { masked, maskedLogs, maskedRecord, unmasked } from '../../background/masking.ts'
import { createRegistry } from '../../background/registry.ts'
import { scrubbedJson } from '../../background/scrubbing.ts'
import { secretsOf } from '../../background/secrets.ts'
import { task } from '../../background/task.ts'

const payload =
  '{ "to": "ann", "n": 9007199254740993, "card": {"number":"4111 \\" }","cvc":[1,{"pin":2}]}, "pin": null}'

test('secrets are replaced, and not a character beside them', () => {
  const secrets = secretsOf([['pin', 'card.number']], undefined)
  expect(masked('T', payload, secrets)).toBe(
    '{ "to": "ann", "n": 9007199254740993, "card": {"number":"[secret]","cvc":[1,{"pin":"[secret]"}]}, "pin": "[secret]"}',
  )
})

test('text that was cut off shows no part of a secret, wherever it was cut', () => {
  const secrets = secretsOf([['card']], undefined)
  for (let length = 0; length <= payload.length; length++)
    expect(masked('T', payload.slice(0, length), secrets)).not.toMatch(/4111|cvc/)
})

test('what a schema marks as secret is', () => {
  const Login = task({
    payload: z.object({
      user: z.string(),
      password: z.string().meta({ secret: true }),
      devices: z.array(z.object({ token: z.string().meta({ writeOnly: true }) })).optional(),
    }),
    run() {},
  })
  const secrets = secretsOf([undefined], createRegistry({ Login }))
  const text = '{"user":"a","password":"b","devices":[{"token":"c"}]}'
  expect(masked('Login', text, secrets)).toBe(
    '{"user":"a","password":"[secret]","devices":[{"token":"[secret]"}]}',
  )
  expect(masked('Other', text, secrets)).toBe(text)
})

test('whoever edits what is masked keeps the secrets that they did not touch', () => {
  const secrets = secretsOf([(path, { task }) => task === 'T' && path[0] === 'token'], undefined)
  const original = '{"token":{"a":1},"to":"ann"}'
  const edited = (text: string) => unmasked('T', text, { original, secrets })
  expect(edited('{"token":"[secret]","to":"bob"}')).toBe('{"token":{"a":1},"to":"bob"}')
  expect(edited('{"token":"new"}')).toBe('{"token":"new"}')
  expect(edited('{"to":"[secret]"}')).toBe('{"to":"[secret]"}')
})

test('a job is shown without its secrets, also where they turned up later', () => {
  const secrets = secretsOf([['token']], undefined)
  const job = {
    task: 'T',
    payload: '{"token":"hush","to":"ann"}',
    result: '{"token":"other","sent":"with hush"}',
    error: { message: 'no hush', stack: 'Error: no hush\n at hush.ts', cause: { message: 'hush hush' } },
  }
  expect(maskedRecord(job, secrets)).toEqual({
    task: 'T',
    payload: '{"token":"[secret]","to":"ann"}',
    result: '{"token":"[secret]","sent":"with [secret]"}',
    error: {
      message: 'no [secret]',
      stack: 'Error: no [secret]\n at [secret].ts',
      cause: { message: '[secret] [secret]' },
    },
  })
  const line = {
    at: new Date(0),
    level: 'info',
    message: 'hush!',
    fields: { token: 'x', list: ['a hush'] },
  } as const
  expect(maskedLogs(job, [{ attempt: 1, dropped: 0, lines: [line] }], secrets)[0]?.lines).toEqual([
    { ...line, message: '[secret]!', fields: { token: '[secret]', list: ['a [secret]'] } },
  ])
})

test('what scrubs JSON leaves it JSON', () => {
  const scrub = (text: string) => text.replace(/4111|hush/g, '[secret]')
  expect(scrubbedJson('{"n":9007199254740993,"card":4111,"a":["x hush",{"b":"fine"}]}', scrub)).toBe(
    '{"n":9007199254740993,"card":"[secret]","a":["x [secret]",{"b":"fine"}]}',
  )
})
