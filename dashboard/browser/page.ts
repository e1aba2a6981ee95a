import { morph } from './morph.ts'
import { steadily } from './steady.ts'

/** What wants to know that the page has changed. */
const listeners: (() => void)[] = []

export function whenFresh(listener: () => void): void {
  listeners.push(listener)
  listener()
}

let current: AbortController | undefined
let acts = 0
let isMissed = false

/** Does what may lead elsewhere. Until it has, nobody asks for this page, which may be gone: that of a job that is being deleted. */
export async function acting(act: () => Promise<void>): Promise<void> {
  isMissed ||= current !== undefined
  current?.abort()
  acts++
  try {
    await act()
  } finally {
    acts--
  }
  if (acts === 0 && isMissed) await refresh()
}

/** Goes to another page. Nobody asks for this one any more, unless somebody comes back to it. */
export function leaveFor(url: string): void {
  acts++
  window.addEventListener('pageshow', () => acts--, { once: true })
  location.assign(url)
}

/** Asks the server for this page and shows what is different. The one that was asked for last counts. */
export async function refresh(): Promise<void> {
  current?.abort()
  isMissed = acts > 0
  if (isMissed) return
  const mine = new AbortController()
  current = mine
  try {
    const response = await fetch(location.href, { signal: mine.signal, headers: { accept: 'text/html' } })
    if (response.ok && !response.redirected) show(await response.text())
  } catch {
    // whoever is offline sees what was there; the next news asks again
  } finally {
    if (current === mine) current = undefined
  }
}

/** Shows a page in place of this one; `url` is where it is, when that is elsewhere. */
export function show(html: string, url?: string): void {
  const fresh = new DOMParser().parseFromString(html, 'text/html')
  const [old, wanted] = [document.querySelector('main'), fresh.querySelector('main')]
  if (!old || !wanted) return
  if (url === undefined) steadily(wanted)
  else history.replaceState(null, '', url)
  document.title = fresh.title
  morph(old, wanted)
  for (const listener of listeners) listener()
}
