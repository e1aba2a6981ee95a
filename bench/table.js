/** A Markdown table that is aligned, so that it reads well as it is. Columns without any value are left out. */
export function table(header, rows) {
  const used = header.map((_, at) => at === 0 || rows.some(cells => cells[at]))
  const lines = [header, ...rows].map(cells =>
    header.map((_, at) => cells[at] ?? '').filter((_, at) => used[at]),
  )
  const widths = lines[0].map((_, at) => Math.max(...lines.map(cells => cells[at].length)))
  const [first, ...rest] = lines.map(
    cells => `| ${cells.map((cell, at) => pad(cell, widths, at)).join(' | ')} |`,
  )
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`))
  return [first, `|${rule.join('|')}|`, ...rest].join('\n')
}

function pad(text, widths, at) {
  return at === 0 ? text.padEnd(widths[at]) : text.padStart(widths[at])
}

/** About three digits, which is more than these numbers are good for. */
export function number(value) {
  if (!Number.isFinite(value)) return ''
  const size = Math.abs(value)
  if (size < 0.1) return String(Number(value.toPrecision(2)))
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
