import { groupedBy } from '../history/grouped.ts'
import type { Check } from './check.ts'

const MOST_BYTES = 400 * 1_048_576

/** A process does not grow with what it has been through. */
export const memory: Check = ({ history }) =>
  [...groupedBy(history.of('memory'), ({ by }) => by)].flatMap(([process, samples]) => {
    const most = samples.reduce((a, b) => (a.rss > b.rss ? a : b))
    const mebibytes = Math.round(most.rss / 1_048_576)
    return most.rss > MOST_BYTES
      ? [{ what: `${process} took ${mebibytes} MiB`, at: most.at, about: [process] }]
      : []
  })
