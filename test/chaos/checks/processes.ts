import type { Check } from './check.ts'

/** A worker that cannot reach the database when it starts says so and ends, to be started again. */
const TRY_LATER = 'exit code 75'

/** No process ends that was not told to, and nothing is thrown that nobody catches. */
export const processes: Check = ({ history }) => {
  const suicides = new Set(history.of('suicide').map(({ by }) => by))
  const exits = history
    .of('exited')
    .filter(({ process, how, ordered }) => !ordered && !suicides.has(process) && how !== TRY_LATER)
    .map(({ process, how, at }) => ({ what: `${process} ended by itself: ${how}`, at, about: [process] }))
  const unhandled = history
    .of('unhandled')
    .map(({ by, error, at }) => ({ what: `unhandled in ${by}: ${error}`, at, about: [by] }))
  return [...exits, ...unhandled]
}
