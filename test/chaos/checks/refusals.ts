import { groupedBy } from '../history/grouped.ts'
import type { Check } from './check.ts'

/** Reports under way when a lease is lost are answered within this time. */
const LATE_MS = 60_000

/** An outcome is refused only to a worker that has lost its lease: what a living one has claimed nobody takes away. */
export const refusals: Check = ({ history }) => {
  const losses = groupedBy(history.of('lost'), ({ by }) => by)
  return history
    .of('verdict')
    .filter(({ verdict }) => verdict === 'stale')
    .filter(({ by, at }) => !losses.get(by)?.some(loss => loss.at > at - LATE_MS && loss.at < at + LATE_MS))
    .map(({ by, job, at }) => ({
      what: `${by} lost job ${job} without losing its lease`,
      at,
      about: [job, by],
    }))
}
