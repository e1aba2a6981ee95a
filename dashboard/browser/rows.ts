import { refresh, whenFresh } from './page.ts'

/** Rows of a list: one is the current one, which keys move; some are ticked, which the bar above them counts. */
export function selectRows(): void {
  document.addEventListener('change', event => {
    const box = event.target
    if (!(box instanceof HTMLInputElement) || !box.closest('[data-steady]')) return
    if (box.matches('[data-all]')) for (const one of boxes()) one.checked = box.checked
    countTicked()
  })
  document.addEventListener('click', event => {
    const news = (event.target as Element).closest<HTMLElement>('[data-news]')
    if (!news) return
    news.closest('[data-steady]')?.removeAttribute('data-steady')
    void refresh()
  })
  whenFresh(countTicked)
}

const rows = () => [...document.querySelectorAll<HTMLElement>('tr[data-key]')]
const boxes = () => [...document.querySelectorAll<HTMLInputElement>('tr[data-key] input[type="checkbox"]')]

/** What can be done with jobs is for the ticked ones, or without any for all that match. */
function countTicked(): void {
  const ticked = boxes().filter(box => box.checked).length
  const bar = document.querySelector('[data-ticked]')
  if (!bar) return
  bar.toggleAttribute('data-some', ticked > 0)
  for (const place of bar.querySelectorAll('[data-count]')) place.textContent = String(ticked)
  for (const field of bar.querySelectorAll<HTMLInputElement>('[data-ids]'))
    field.value = boxes()
      .filter(box => box.checked)
      .map(box => box.value)
      .join(',')
}

/** Moves the focus to the link of the next row, or of the one before. */
export function moveRow(step: number): void {
  const all = rows()
  const at = all.findIndex(row => row.contains(document.activeElement))
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step]
  next?.querySelector<HTMLElement>('a')?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

let last: HTMLInputElement | undefined

/** Ticks the current row; `range`: and all between it and the one that was ticked before. */
export function tickRow(range: boolean): void {
  const row = rows().find(one => one.contains(document.activeElement))
  const box = row?.querySelector<HTMLInputElement>('input[type="checkbox"]')
  if (!box) return
  const all = boxes()
  const [from, to] = [all.indexOf(range && last ? last : box), all.indexOf(box)].sort((a, b) => a - b) as [
    number,
    number,
  ]
  const value = range ? true : !box.checked
  for (const one of all.slice(from, to + 1)) one.checked = value
  last = box
  countTicked()
}
