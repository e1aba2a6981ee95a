import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { keyringOf } from '../../background/keyring.ts'

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const [old, young] = [key('2026-01'), key('2026-11')]

test('what is locked is opened by its key, for its task', () => {
  const locked = keyringOf(old)?.lock('Pay', '{"card":"4111"}') as string
  expect(locked).toMatch(/^1\.2026-01\.[\w-]{22}\.[\w-]+$/)
  expect(keyringOf([young, old])?.unlock('Pay', locked)).toBe('{"card":"4111"}')
  expect(() => keyringOf(old)?.unlock('Refund', locked)).toThrow(
    expect.objectContaining({ code: 'PAYLOAD_BROKEN' }),
  )
})

test('the same text never looks the same', () => {
  const keyring = keyringOf(old)
  expect(keyring?.lock('Pay', '{}')).not.toBe(keyring?.lock('Pay', '{}'))
})

test('the first key locks, so that keys can be replaced', () => {
  const rotated = keyringOf(`${young},${old}`)
  expect(rotated?.lock('Pay', '{}')).toMatch(/^1\.2026-11\./)
})

test('a missing key is named, and so are those that are there', () => {
  const locked = keyringOf(old)?.lock('Pay', '{}') as string
  expect(() => keyringOf(young)?.unlock('Pay', locked)).toThrow(
    expect.objectContaining({
      code: 'ENCRYPTION_KEY_MISSING',
      message: expect.stringMatching(/key 2026-01/),
      hint: expect.stringMatching(/2026-11/),
    }),
  )
})

test('not one changed character is opened', () => {
  const keyring = keyringOf(old)
  const locked = keyring?.lock('Pay', '{"amount":1}') as string
  const [format, id, salt = '', data = ''] = locked.split('.')
  const other = (text: string, at: number) =>
    text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
  for (let at = 0; at < data.length - 1; at++)
    expect(() => keyring?.unlock('Pay', [format, id, salt, other(data, at)].join('.'))).toThrow(
      /cannot be opened/,
    )
  expect(() => keyring?.unlock('Pay', [format, id, other(salt, 0), data].join('.'))).toThrow(
    /cannot be opened/,
  )
  for (const broken of ['', '1.2026-01', '1.2026-01..', '1.2026-01.A.A', '2.x.y.z'])
    expect(() => keyring?.unlock('Pay', broken)).toThrow()
})

test('keys that are none are refused, and not shown', () => {
  expect(keyringOf(undefined)).toBeUndefined()
  expect(keyringOf(' , ')).toBeUndefined()
  expect(keyringOf(`a:${'0f'.repeat(32)}`)?.lock('T', '1')).toMatch(/^1\.a\./)
  for (const wrong of ['hushhush', 'a:hushhush', `${old},${old}`, 'a b:hushhush'])
    expect(() => keyringOf(wrong)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.not.stringMatching(/hush/) }),
    )
})
