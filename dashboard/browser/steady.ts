/**
 * A list must not move under the pointer: while somebody is at it, rows that are new wait behind a line that says how
 * many, and only those that are there already change.
 */
export function steadily(fresh: Element): void {
  const old = document.querySelector('[data-steady]')
  const wanted = fresh.querySelector('[data-steady]')
  if (!old || !wanted || old.getAttribute('data-steady') !== wanted.getAttribute('data-steady')) return
  const isBusy = old.matches(':hover, :focus-within') || old.querySelector('input:checked') !== null
  const rows = keyed(old)
  const added = [...keyed(wanted).keys()].filter(key => !rows.has(key))
  if (!isBusy || added.length === 0) return
  keepRows(rows, wanted)
  announce(wanted, added.length)
}

function keyed(list: Element): Map<string, Element> {
  const rows = [...list.querySelectorAll('[data-key]')]
  return new Map(rows.map(row => [row.getAttribute('data-key') as string, row]))
}

/** Rows as they stand, in their old order, each in its new shape if it has one. */
function keepRows(rows: Map<string, Element>, wanted: Element): void {
  const fresh = keyed(wanted)
  const body = wanted.querySelector('tbody')
  body?.replaceChildren(...[...rows].map(([key, row]) => fresh.get(key) ?? row.cloneNode(true)))
}

function announce(wanted: Element, count: number): void {
  const line = wanted.querySelector<HTMLElement>('[data-news]')
  if (!line) return
  line.hidden = false
  line.textContent = `${count} new – show`
}
