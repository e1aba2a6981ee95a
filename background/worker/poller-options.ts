import type { Connection } from '../../framework/connection.ts'
import type { Run } from '../engine/claim-queues.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import type { Emitter } from '../events.ts'
import type { Lanes } from './lanes.ts'
import type { Pressure } from './pressure.ts'
import type { Slots } from './slots.ts'

export interface PollerOptions {
  readonly connection: Connection
  readonly slots: Slots
  readonly events: Emitter
  readonly pressure: Pick<Pressure, 'rest' | 'timed' | 'timedAside'>
  /** Of a finished job in history, in seconds. */
  readonly keep: number
  /** The lanes to claim from. */
  readonly lanes: Lanes
  readonly onClaimed: (jobs: readonly ClaimedJob[]) => void
  readonly onRuns: (runs: readonly Run[]) => void
  /** A claim was refused because the worker is no longer registered. */
  readonly onLost: (worker: string) => void
  /** There is nothing left that could be claimed now. */
  readonly onNothing: () => void
}
