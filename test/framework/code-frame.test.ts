import { expect, test } from 'vitest'
import { codeFrame } from '../../framework/code-frame.ts'

const source = 'one\ntwo\nthree\nfour\nfive'

test('shows the lines around a place and underlines it', () => {
  expect(codeFrame(source, { line: 3, column: 2, length: 3 })).toBe(
    ['  1 | one', '  2 | two', '> 3 | three', '    |  ^^^', '  4 | four'].join('\n'),
  )
})

test('at the first line there is nothing before', () => {
  expect(codeFrame('a\r\nb', { line: 1, column: 1 })).toBe(['> 1 | a', '    | ^', '  2 | b'].join('\n'))
})

test('line numbers stand in one column', () => {
  const ten = Array.from({ length: 10 }, (_, index) => `l${index + 1}`).join('\n')
  expect(codeFrame(ten, { line: 10, column: 1 })).toBe(
    ['   8 | l8', '   9 | l9', '> 10 | l10', '     | ^'].join('\n'),
  )
})

test('marks end with the line, also at its end, and stand right after tabs', () => {
  expect(codeFrame('ab', { line: 1, column: 2, length: 9 })).toBe('> 1 | ab\n    |  ^')
  expect(codeFrame('ab', { line: 1, column: 3 })).toBe('> 1 | ab\n    |   ^')
  expect(codeFrame('\tab', { line: 1, column: 2 })).toBe('> 1 | \tab\n    | \t^')
})
