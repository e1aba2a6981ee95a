import type { Changed, Client, JobState } from '../../background/operator.ts'

/** Something that can be done with jobs. */
export interface Verb {
  /** `retry` */
  readonly name: string
  /** `retried` */
  readonly done: string
  /** The states that a query means which names none. */
  readonly meant: readonly JobState[]
  /** The states in which it can be done. */
  readonly possible: readonly JobState[]
  /** `told` are jobs that run, of which the workers will do it. */
  change(
    jobs: Client['jobs'],
    ids: readonly string[],
  ): Promise<Changed & { readonly told?: readonly string[] }>
}
