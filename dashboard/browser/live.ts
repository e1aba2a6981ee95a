import { after, every } from './clock.ts'
import { refresh } from './page.ts'

const MOST_OFTEN_MS = 700
const SILENCE_MS = 20_000
const POLL_MS = 5_000

/** How news arrive: as events; by asking, where something in between holds events back; or not at all. */
type Way = 'events' | 'polling' | 'off'

let source: EventSource | undefined
let stopPolling: (() => void) | undefined
let heardAt = 0
let askedAt = 0
let waiting = false

/** Keeps the page current while somebody can see it. */
export function keepLive(): void {
  if (!document.querySelector('[data-live]')) return
  document.addEventListener('visibilitychange', follow)
  every(5_000, () => {
    if (source && performance.now() - heardAt > SILENCE_MS) poll()
  })
  follow()
}

/** Stops what updates by itself, or starts it again; it is remembered for this tab. */
export function toggleLive(): void {
  sessionStorage.setItem('live', isWanted() ? 'off' : 'on')
  follow()
  if (isWanted()) void refresh()
}

const isWanted = () => sessionStorage.getItem('live') !== 'off'

function follow(): void {
  source?.close()
  source = undefined
  stopPolling?.()
  stopPolling = undefined
  if (document.hidden || !isWanted()) return tell('off')
  listen()
}

function listen(): void {
  const events = new EventSource('api/events')
  source = events
  heardAt = performance.now()
  events.onopen = () => {
    heardAt = performance.now()
    tell('events')
  }
  for (const name of ['beat', 'changed'])
    events.addEventListener(name, () => {
      heardAt = performance.now()
      if (name !== 'beat') soon()
    })
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) poll()
  }
}

function poll(): void {
  source?.close()
  source = undefined
  stopPolling?.()
  stopPolling = every(POLL_MS, () => void refresh())
  tell('polling')
}

/** The first news are shown at once; however many there are, the page is asked for once in a while. */
function soon(): void {
  if (waiting) return
  waiting = true
  after(Math.max(0, askedAt + MOST_OFTEN_MS - performance.now()), () => {
    waiting = false
    askedAt = performance.now()
    void refresh()
  })
}

const SAID: Record<Way, string> = { events: 'live', polling: 'every 5 s', off: 'not updating' }

function tell(way: Way): void {
  const sign = document.querySelector<HTMLElement>('[data-live]')
  if (!sign) return
  sign.dataset.live = way
  sign.textContent = SAID[way]
}
