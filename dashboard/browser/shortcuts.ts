import { after } from './clock.ts'
import { toggleLive } from './live.ts'
import { moveRow, tickRow } from './rows.ts'

const OFF = 'shortcuts-off'
/** For how long after `g` the next key says where to. */
const GO_MS = 2_500
let goes = false
let stopGoing = () => {}

const KEYS: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
  '/': () => document.querySelector<HTMLElement>('[data-search]')?.focus(),
  '?': openHelp,
  g: () => {
    stopGoing()
    goes = true
    stopGoing = after(GO_MS, () => {
      goes = false
    })
  },
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => tickRow(false),
  X: () => tickRow(true),
  r: toggleLive,
}

/** Single keys that do something, unless somebody writes or has switched them off. */
export function listenToKeys(): void {
  document.querySelector('[data-help]')?.addEventListener('click', openHelp)
  keepSwitch()
  document.addEventListener('keydown', event => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      isWriting(event.target) ||
      localStorage.getItem(OFF)
    )
      return
    const key = event.key.length === 1 ? event.key : ''
    const link = goes && document.querySelector<HTMLElement>(`[data-go="${CSS.escape(key)}"]`)
    if (link) link.click()
    else if (!KEYS[key]) return
    else KEYS[key](event)
    event.preventDefault()
  })
}

function openHelp(): void {
  document.querySelector<HTMLDialogElement>('#help')?.showModal()
}

function keepSwitch(): void {
  const box = document.querySelector<HTMLInputElement>('[data-shortcuts]')
  if (!box) return
  box.checked = !localStorage.getItem(OFF)
  box.addEventListener('change', () => {
    if (box.checked) localStorage.removeItem(OFF)
    else localStorage.setItem(OFF, 'off')
  })
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type="checkbox"]), textarea, select, dialog, dialog *')
  )
}
