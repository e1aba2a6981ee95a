import { now } from './clock.js'

/** `callers` that each call again as soon as they were answered, for a while; answers with how many calls that were. */
export async function closedLoop(callers, ms, call) {
  const end = now() + ms
  let calls = 0
  const caller = async () => {
    while (now() < end) await call(calls++)
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return calls
}

/** How long the cases that last for a while do so: five seconds in a full run, less in a small one. */
export function durationFor(jobs) {
  return Math.min(5_000, Math.max(500, jobs / 40))
}
