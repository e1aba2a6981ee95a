import { expect, test } from 'vitest'
import { jobKey } from '../../background/key.ts'

test('a key is text, or text and what it does', () => {
  expect(jobKey('k')).toEqual({ name: 'k', mode: 'replace', maxWait: undefined })
  expect(jobKey({ name: 'k' })).toEqual({ name: 'k', mode: 'replace', maxWait: undefined })
  expect(jobKey({ name: 'k', mode: 'unsafe_dedupe' })).toMatchObject({ mode: 'unsafe_dedupe' })
  expect(jobKey({ name: 'k', maxWait: '1m' })).toMatchObject({ maxWait: 60_000 })
})

test.each([
  ['', 'key is ""'],
  ['x'.repeat(513), 'key is text of 513 characters'],
  ['a\0', 'key is'],
  [7, 'key is 7'],
  [null, 'key is null'],
  [{}, 'key is undefined'],
  [{ name: 'k', mode: 'merge' }, 'the mode of key is "merge"'],
  [{ name: 'k', maxwait: '1m' }, 'key has no maxwait'],
  [{ name: 'k', maxWait: 'long' }, 'maxWait is "long"'],
  [
    { name: 'k', maxWait: '1m', mode: 'preserve_run_at' },
    'maxWait is given with the key mode preserve_run_at',
  ],
])('%j is none', (option, message) => {
  expect(() => jobKey(option)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) }),
  )
})
