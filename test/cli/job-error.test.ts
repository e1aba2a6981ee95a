import { expect, test } from 'vitest'
import { describeJobError } from '../../cli/worker/job-error.ts'
import { KretesError } from '../../framework/errors.ts'

const plain = (_: unknown, text: string) => text
const options = { root: '/app', verbose: false }

test('what a task threw, in its own lines, and what to do where the error knows', () => {
  const error = new KretesError('no template\nfor pl', { code: 'NO_TEMPLATE', hint: 'add mails/pl.txt' })
  error.stack = 'KretesError: no template\n    at render (/app/server/mail.ts:3:7)'
  expect(describeJobError(error, options, plain)).toBe(`KretesError: no template
for pl
  at render (server/mail.ts:3:7)
  hint  add mails/pl.txt`)
  expect(describeJobError('a text', options, plain)).toBe('a text')
})

test('nothing of it is a command to the terminal, also not in a stack', () => {
  const error = new Error('gone\u001b[2J\rover')
  expect(describeJobError(error, options, plain)).toMatch(/^Error: gone\ufffd\[2J\nover/)
  expect(describeJobError(error, { ...options, verbose: true }, plain)).not.toContain('\u001b')
})
