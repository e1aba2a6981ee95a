import type { Emitter, Problem, TaskChanges } from '../../background/operator.ts'
import type { LogLevel } from '../../framework/config.ts'

/** What a worker that takes jobs says about itself. */
export interface Readiness {
  readonly version: string
  readonly node: string
  /** The version of the server. */
  readonly postgres: string
  /** `host:port/database` */
  readonly database: string
  /** All migrations that the database has, and those it was given just now. */
  readonly schema: { readonly applied: readonly string[]; readonly migrated: readonly string[] }
  readonly tasks: readonly string[]
  /** Where they are, from the app's directory. */
  readonly directory: string
  /** When which cron entry is due, by name. */
  readonly cron: Readonly<Record<string, string>>
  /** How many jobs may run at once, by queue. */
  readonly queues: Readonly<Record<string, number>>
  readonly concurrency: number
  /** How long it took to get here, in milliseconds. */
  readonly ms: number
}

/** How the life of a worker is told on stdout: in lines for people, or as JSON for programs. */
export interface Report {
  /** Tells what is wrong with task files. */
  problems(problems: readonly Problem[]): void
  ready(readiness: Readiness): void
  /** Tells what happens from now on. */
  follow(events: Emitter): void
  /** Tells that tasks are others now than before. */
  reloaded(changes: TaskChanges): void
  /** Tells something that has no event of its own. */
  note(text: string): void
  /** Tells that running jobs are given up. */
  hurrying(): void
  /** Writes what has not been written yet. */
  flush(): void
}

export interface ReportOptions {
  readonly root: string
  /** `warn` leaves out what goes well, `error` also what will be tried again, `silent` everything. */
  readonly level: LogLevel
  readonly verbose: boolean
  /** Whether errors show the lines of source that threw them. Default: no. */
  readonly source?: boolean
}

/** Which events are told from which level on. */
export function isTold(event: 'good' | 'again' | 'bad', level: LogLevel): boolean {
  if (level === 'silent') return false
  return event === 'bad' || (event === 'again' ? level !== 'error' : level !== 'error' && level !== 'warn')
}
