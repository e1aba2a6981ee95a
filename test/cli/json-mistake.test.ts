import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findMistake } from '../../cli/json-mistake.ts'

test.each([
  ['{ to: 1 }', 2, 'a name in double quotes is expected here'],
  ["{ 'to': 1 }", 2, 'a name in double quotes is expected here'],
  ['{"to" 1}', 6, 'a colon is expected here'],
  ['{"to":1 "cc":2}', 8, 'a comma or } is expected here'],
  ['{"to":1,}', 8, 'a name in double quotes is expected here'],
  ['[1 2]', 3, 'a comma or ] is expected here'],
  ['[1,]', 3, 'a value is expected here'],
  ['{"to":ann}', 6, 'a value is expected here'],
  ['"abc', 0, 'the string that begins here does not end'],
  ['"a\nb"', 0, 'the string that begins here does not end'],
  ['01', 1, 'nothing more is expected here'],
  ['{} {}', 3, 'nothing more is expected here'],
  ['TRUE', 0, 'a value is expected here'],
  ['{"to":', 6, 'it ends too early'],
  ['', 0, 'it ends too early'],
])('%j is wrong at %i: %s', (text, offset, expected) => {
  expect(findMistake(text)).toEqual({ offset, expected })
})

test('what JSON.stringify writes has no mistake', () => {
  fc.assert(fc.property(fc.json(), text => findMistake(text) === undefined))
})

test('it finds a mistake exactly where JSON.parse does', () => {
  const almostJson = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', ':', '-', '0', 'x', '\\', '\n', ' '))
    .map(([text, at, character]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + character + text.slice(place + 1)
    })
  fc.assert(
    fc.property(almostJson, text => (findMistake(text) === undefined) === isJson(text)),
    { numRuns: 2_000 },
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
