import { LIMITED } from '../crew/order.ts'
import type { Check } from './check.ts'

const WINDOW_MS = 20_000
/** Who waits while the server stalls finds the job before gone by then; that makes up for itself soon. */
const LENIENCE = 5
const MOST = WINDOW_MS / LIMITED.ms + LENIENCE

/** Of all calls under a key that is throttled comes one job in so much time, whoever calls and whatever breaks. */
export const rateLimits: Check = ({ audit }) => {
  const times = [...audit.limited].sort((a, b) => a - b)
  const first = times.find(
    (time, index) => (times[index + MOST] ?? Number.POSITIVE_INFINITY) - time < WINDOW_MS,
  )
  if (first === undefined) return []
  const count = times.filter(time => time >= first && time - first < WINDOW_MS).length
  const what = `${count} throttled jobs in the ${WINDOW_MS / 1_000} s from ${new Date(first).toISOString()} on`
  return [{ what, about: [] }]
}
