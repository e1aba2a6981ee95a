import type { ClaimedJob } from '../engine/claimed-job.ts'
import type { Emitter } from '../events.ts'
import type { Registry } from '../registry.ts'
import type { Unit } from './backlog.ts'
import type { Attempt } from './executor.ts'
import type { Stage } from './stage.ts'

export interface SlotsOptions {
  readonly concurrency: number
  readonly registry: Registry
  readonly around: Stage
  readonly events: Emitter
  /** Whether this worker's jobs are still its own. */
  readonly mayStart: () => boolean
  /** An attempt ended; `closes` is its unit when it was the last job in it. */
  readonly onEnd: (attempt: Attempt, closes: Unit | undefined) => void
  /** These were claimed and will not be started here. */
  readonly onGiveBack: (units: readonly Unit[]) => void
  /** These have to wait for their trial: later, perhaps elsewhere. */
  readonly onPutOff: (units: readonly Unit[]) => void
  /** Puts a job on trial; answers whether it is still ours. */
  readonly onTrial: (job: ClaimedJob) => Promise<boolean>
  /** There is room for more work. */
  readonly onRoom: () => void
}
