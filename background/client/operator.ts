import type { JobHandle } from '../scheduler.ts'
import type { Secrets } from '../secrets.ts'
import type { Activities } from './activities.ts'
import type { Bulks } from './bulks.ts'
import type { Crons } from './crons.ts'
import type { Jobs } from './jobs.ts'
import type { Queues } from './queues.ts'
import type { Statistics } from './statistics.ts'
import type { Workers } from './workers.ts'

/**
 * What it takes to look at the queue and to operate it by hand: what commands ask, whether a database answers them, which
 * is what a {@link Client} does, or the API of a dashboard somewhere else.
 */
export interface Operator {
  readonly jobs: Pick<Jobs, 'get' | 'why' | 'logs' | 'list' | 'count' | 'reschedule'>
  readonly bulks: Pick<Bulks, 'begin'>
  readonly queues: Pick<Queues, 'list' | 'get' | 'pause' | 'resume' | 'setConcurrency'>
  readonly crons: Pick<Crons, 'list' | 'get' | 'add' | 'change' | 'pause' | 'resume' | 'remove'>
  readonly workers: Pick<Workers, 'list' | 'tell'>
  readonly statistics: Pick<Statistics, 'overview' | 'tasks'>
  readonly activities: Pick<Activities, 'record'>
  /** The code of tasks is somewhere else, and payloads are checked there. */
  readonly isRemote: boolean
  /** Schedules another job like the one with this id, with the same payload or another. */
  replay(id: string, payload?: unknown): Promise<Pick<JobHandle, 'id'>>
  /** Schedules the job of a cron entry now. */
  runCron(name: string): Promise<{ readonly id: string; readonly task: string }>
  /** The job with this id, to wait for it. */
  handle(id: string): JobHandle
  /** What of jobs of these tasks is still to be hidden. */
  secretsIn(tasks: readonly string[]): Promise<Secrets>
  close(): Promise<void>
}
