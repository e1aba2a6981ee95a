import { sleep } from '../../framework/clock.ts'
import type { Slots } from './slots.ts'

/** After its signal aborted, a task has this long to end by itself before its job goes back. */
const LAST_CHANCE_MS = 500

/**
 * Lets running jobs finish within `grace` milliseconds, or until `hurried` aborts; then aborts their signals and
 * gives back those that still run, with their attempt.
 */
export async function finishOrGiveBack(slots: Slots, grace: number, hurried: AbortSignal): Promise<void> {
  await waitFor(slots, grace, hurried)
  if (slots.running.length === 0) return
  slots.abort(new Error('the worker is stopping'))
  await waitFor(slots, LAST_CHANCE_MS)
  slots.forsake({ kind: 'released' })
}

/** Until nothing runs, for `ms` at most. */
async function waitFor(slots: Slots, ms: number, cut?: AbortSignal): Promise<void> {
  const done = new AbortController()
  const end = () => done.abort()
  void slots.settled().then(end)
  if (cut?.aborted) end()
  cut?.addEventListener('abort', end, { once: true })
  await sleep(ms, done.signal)
  cut?.removeEventListener('abort', end)
}
