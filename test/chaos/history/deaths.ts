import type { History } from './history.ts'

/** When each process ended, however it did. */
export function deathsOf(history: History): ReadonlyMap<string, number> {
  return new Map(history.of('exited').map(({ process, at }) => [process, at]))
}
