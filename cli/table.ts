import { cut, type Paint, pad, painterFor, print, printable, type Style, widthOf } from './output.ts'

/** What stands in one place of a table. */
export type Cell = string | { readonly text: string; readonly style: Style }

/** A column of a table of rows. */
export interface Column<Row> {
  readonly header: string
  readonly cell: (row: Row) => Cell
  readonly align?: 'right'
  /** Where the line does not fit the terminal, it is cut, down to so many characters. */
  readonly least?: number
}

/** Where a table is to fit; without a width nothing is cut. */
export interface Sheet {
  readonly paint: Paint
  readonly width: number | undefined
}

const GAP = '  '

/** Prints rows below the headers of their columns: cut to a terminal's width, and whole where a program reads them. */
export function printTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
  for (const line of tableLines(columns, rows, sheetOf(process.stdout))) print(line)
}

/** What fits where `stream` leads. */
export function sheetOf(stream: NodeJS.WriteStream): Sheet {
  return { paint: painterFor(stream), width: stream.isTTY ? widthOf(stream) : undefined }
}

/** The lines of a table, its headers first. Columns without a cell that says anything are left out. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  sheet: Sheet,
): string[] {
  const filled = columns
    .map(column => ({ column, cells: rows.map(row => cellOf(column.cell(row))) }))
    .filter(({ cells }) => rows.length === 0 || cells.some(({ text }) => text !== ''))
  const wanted = filled.map(({ column, cells }) => longest([column.header, ...cells.map(({ text }) => text)]))
  const widths = fitted(
    wanted,
    filled.map(({ column }) => column.least),
    sheet.width,
  )
  const line = (cells: readonly { readonly text: string; readonly style?: Style }[]) =>
    filled
      .map(({ column }, at) => placed(cells[at] as Styled, column, widths[at] as number, sheet.paint))
      .join(GAP)
      .trimEnd()
  const headers = filled.map(({ column }) => ({ text: column.header, style: 'dim' as const }))
  return [headers, ...rows.map((_, row) => filled.map(({ cells }) => cells[row] as Styled))].map(line)
}

interface Styled {
  readonly text: string
  readonly style?: Style
}

function cellOf(cell: Cell): Styled {
  return typeof cell === 'string' ? { text: printable(cell) } : { ...cell, text: printable(cell.text) }
}

function placed(
  { text, style }: Styled,
  { align }: { readonly align?: 'right' },
  width: number,
  paint: Paint,
): string {
  const shown = cut(text, width)
  const styled = style === undefined ? shown : paint(style, shown)
  return align === 'right' ? ' '.repeat(Math.max(0, width - shown.length)) + styled : pad(styled, width)
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0)
}

/** Widths that fit together: the last column gives first. */
function fitted(
  wanted: readonly number[],
  least: readonly (number | undefined)[],
  width: number | undefined,
): readonly number[] {
  if (width === undefined) return wanted
  const widths = [...wanted]
  let excess = wanted.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width
  for (let at = widths.length - 1; at >= 0 && excess > 0; at--) {
    const given = Math.min(
      excess,
      Math.max(0, (widths[at] as number) - (least[at] ?? Number.POSITIVE_INFINITY)),
    )
    widths[at] = (widths[at] as number) - given
    excess -= given
  }
  return widths
}
