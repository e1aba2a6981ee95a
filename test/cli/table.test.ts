import { expect, test } from 'vitest'
import { type Column, tableLines } from '../../cli/table.ts'

interface Row {
  readonly id: string
  readonly task: string
  readonly note: string
}

const COLUMNS: readonly Column<Row>[] = [
  { header: 'id', align: 'right', cell: ({ id }) => id },
  { header: 'task', least: 6, cell: ({ task }) => task },
  { header: 'note', least: 8, cell: ({ note }) => ({ text: note, style: 'red' }) },
]
const ROWS: readonly Row[] = [
  { id: '#7', task: 'SendEmail', note: 'the quick brown fox' },
  { id: '#123', task: 'A', note: '' },
]
const paint = (style: unknown, text: string) => (style === 'red' && text !== '' ? `<${text}>` : text)
const plain = (_: unknown, text: string) => text

test('columns stand below their headers, whole where nobody says how wide it is', () => {
  expect(tableLines(COLUMNS, ROWS, { paint: plain, width: undefined })).toEqual([
    '  id  task       note',
    '  #7  SendEmail  the quick brown fox',
    '#123  A',
  ])
})

test('the last column gives first, as far as it can, and what is cut is styled afterwards', () => {
  const lines = (width: number) => tableLines(COLUMNS, ROWS, { paint, width })
  expect(lines(28)[1]).toBe('  #7  SendEmail  <the quick …>')
  expect(lines(20)[1]).toBe('  #7  SendE…  <the qui…>')
})

test('a column in which nothing stands is left out', () => {
  const rows = ROWS.map(row => ({ ...row, note: '' }))
  expect(tableLines(COLUMNS, rows, { paint: plain, width: undefined })[0]).toBe('  id  task')
})

test('what comes from jobs cannot command the terminal, nor begin a new line', () => {
  const rows = [{ id: '#7', task: '\u001b[2JA\u0007', note: 'a\n\tb' }]
  expect(tableLines(COLUMNS, rows, { paint: plain, width: undefined })[1]).toBe('#7  \ufffd[2JA\ufffd  a b')
})
