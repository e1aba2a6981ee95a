import { median } from './statistics.js'

/** What is spent beside the time, for each job unless it says otherwise: column by column, from one round's counts. */
export const BESIDE = {
  'node µs': ({ nodeMicros, count }) => nodeMicros / count,
  'server µs': ({ serverMicros, count }) => serverMicros / count,
  'WAL B': ({ walBytes, count }) => walBytes / count,
  'images B': ({ walImageBytes, count }) => walImageBytes / count,
  commits: ({ commits, count }) => commits / count,
  'dead rows': ({ deadTuples }) => deadTuples,
  'RSS MB': ({ rss }) => rss / 1e6,
  'heap MB': ({ heap }) => heap / 1e6,
}

/** One result for each contestant in each case: the medians of its rounds, and the rounds themselves. */
export function summarize(rounds) {
  const results = new Map()
  for (const { scene, contestant, result } of rounds) {
    const key = `${scene} ${contestant}`
    const sofar = results.get(key) ?? { scene, contestant, rounds: [] }
    results.set(key, { ...sofar, rounds: [...sofar.rounds, result] })
  }
  return [...results.values()].map(result => ({ ...result, ...mediansOf(result.rounds) }))
}

function mediansOf(rounds) {
  const played = rounds.filter(({ values }) => values)
  const over = (names, pick) =>
    Object.fromEntries(names.map(name => [name, median(played.map(round => pick(round, name)))]))
  return {
    status: rounds.find(({ status }) => status !== 'ok')?.status ?? 'ok',
    note: rounds.find(({ note }) => note)?.note,
    values: over(Object.keys(played[0]?.values ?? {}), ({ values }, name) => values[name]),
    beside: over(Object.keys(BESIDE), ({ beside }, name) => BESIDE[name](beside)),
  }
}
