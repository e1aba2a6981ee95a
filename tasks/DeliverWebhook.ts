import { discard, retryAt, task } from '@kretes/background'
import { z } from 'zod'

const LONGEST_WAIT_S = 86_400

/**
 * Tells another system that something happened. Receivers come and go, so it is tried for more than an hour; one that
 * says when to come back is taken at its word, and one that says "gone" is left alone. The job's id is the same in
 * every attempt: it lets the receiver recognise what it has had before.
 *
 * Deliveries to one receiver arrive in order when they share a queue: `queue: Queue.for(`webhooks ${host}`)`.
 */
export default task({
  payload: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    event: z.string().min(1),
    data: z.record(z.string(), z.unknown()).default({}),
  }),
  backoff: ['1s', '10s', '1m', '10m', '1h'],
  maxAttempts: 6,
  timeout: '20s',
  async run({ url, event, data }, { id, attempt, scheduledAt, signal, log }) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'webhook-id': id },
      body: JSON.stringify({ event, at: scheduledAt, data }),
      signal,
    })
    await response.body?.cancel()
    log.info(`${event} was answered with ${response.status}`, { url })
    if (response.ok) return { status: response.status, attempt }
    judge(response)
  },
})

/** Throws, in a way that says what is to come of the job. */
function judge({ status, headers, url }: Response): never {
  const error = new Error(`${url} answered ${status}`)
  if (status === 410) discard('the receiver is gone for good', error)
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  if (seconds >= 0) retryAt(`${Math.min(seconds, LONGEST_WAIT_S)}s`, error)
  throw error
}
