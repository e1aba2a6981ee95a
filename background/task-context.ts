import type { TaskHost } from './task-host.ts'

/** Where a task writes what it does; every line carries the job's id, task and attempt. */
export interface TaskLog {
  trace(message: string, fields?: Record<string, unknown>): void
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

/** What a task knows about the job it runs, and what it can do with the app's database. */
export interface TaskContext extends TaskHost {
  /** The job's id. */
  readonly id: string
  /** The task's name: `SendEmail`, `billing/ChargeCard`. */
  readonly task: string
  readonly queue: string | undefined
  /** Which attempt this is, counted from 1. */
  readonly attempt: number
  readonly maxAttempts: number
  /** How often a worker died while it ran this job. A crash uses up no attempt. */
  readonly crashes: number
  /** When the job was scheduled. */
  readonly scheduledAt: Date
  /** When it was due. */
  readonly runAt: Date
  /** Aborts when the attempt is over for the worker: timed out, cancelled, or at the end of a shutdown's grace time. */
  readonly signal: AbortSignal
  readonly log: TaskLog
}
