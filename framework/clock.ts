/**
 * Time for the whole house. Processes only measure durations with it; what is due, leased or old
 * is decided by the database's clock.
 */

/** Milliseconds that only ever grow; not a time of day. */
export function monotonic(): number {
  return performance.now()
}

/** What a timer can count; Node.js runs the action of a longer one at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Runs `action` once after `ms` milliseconds; the returned function takes it back. Does not keep the process alive. */
export function after(ms: number, action: () => void): () => void {
  if (ms > LONGEST_TIMER_MS) return afterLong(ms, action)
  const timer = setTimeout(action, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/** One timer after the other. */
function afterLong(ms: number, action: () => void): () => void {
  let cancel = after(LONGEST_TIMER_MS, () => {
    cancel = after(ms - LONGEST_TIMER_MS, action)
  })
  return () => cancel()
}

/** Runs `action` every `ms` milliseconds until the returned function is called. Does not keep the process alive. */
export function every(ms: number, action: () => void): () => void {
  const timer = setInterval(action, ms)
  timer.unref()
  return () => clearInterval(timer)
}

/** `performance.now()` counts from the start of its thread, `hrtime` from the start of the machine; both at the same rate. */
const START_OF_THREAD = Number(process.hrtime.bigint() / 1_000n) / 1_000 - performance.now()

/** Milliseconds on a clock that all threads of this machine share; for deadlines that cross threads. */
export function sharedMonotonic(): number {
  return START_OF_THREAD + performance.now()
}

/** Resolves once everything that is already waiting in this turn of the event loop has had its say. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Resolves after `ms` milliseconds, or at once when `signal` aborts. Keeps the process alive meanwhile. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return
  await nap(Math.min(ms, LONGEST_TIMER_MS), signal)
  if (ms > LONGEST_TIMER_MS) await sleep(ms - LONGEST_TIMER_MS, signal)
}

function nap(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
  })
}
