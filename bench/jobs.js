/** What every job carries: about 150 bytes as JSON. `n` tells the jobs of one run apart. */
export function payload(n) {
  return { n, to: 'ann@example.com', subject: 'Hello', body: 'x'.repeat(90) }
}

/** `count` jobs, numbered from 0; `options` makes what else a job needs from its number: `{ queue, runAt }`. */
export function jobs(count, options = () => ({})) {
  return Array.from({ length: count }, (_, n) => ({ payload: payload(n), ...options(n) }))
}

/** So many jobs are given to a contestant's bulk call at once. */
const CHUNK = 10_000

export function* chunks(items) {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK)
}
