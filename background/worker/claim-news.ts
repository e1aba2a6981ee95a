import { monotonic } from '../../framework/clock.ts'
import type { Emitter } from '../events.ts'

/** Tells listeners how many jobs the claims brought that were made together at `since`. */
export function tellClaims(
  events: Emitter,
  claims: readonly PromiseSettledResult<number>[],
  since: number,
): void {
  if (!events.hears('claim:made') && !events.hears('claim:empty')) return
  const answered = claims.flatMap(claim => (claim.status === 'fulfilled' ? claim.value : []))
  const jobs = answered.reduce((sum, count) => sum + count, 0)
  const ms = monotonic() - since
  if (jobs > 0) events.emit('claim:made', { jobs, ms })
  else if (answered.length === claims.length) events.emit('claim:empty', { ms })
}
