import { BULK_MEANT, type BulkAction, JOB_STATES, type JobState } from '../../background/operator.ts'

/** Something that can be done with jobs. */
export interface Verb {
  readonly name: BulkAction
  /** `retried` */
  readonly done: string
  /** The states that a query means which names none. */
  readonly meant: readonly JobState[]
  /** The states in which it can be done. */
  readonly possible: readonly JobState[]
}

const NOT_RUNNING = JOB_STATES.filter(state => state !== 'running')

function verb(name: BulkAction, done: string, possible: readonly JobState[] = BULK_MEANT[name]): Verb {
  return { name, done, meant: BULK_MEANT[name], possible }
}

/** All verbs, by name. */
export const VERBS = {
  retry: verb('retry', 'retried', NOT_RUNNING),
  cancel: verb('cancel', 'cancelled'),
  discard: verb('discard', 'discarded'),
  delete: verb('delete', 'deleted', NOT_RUNNING),
  forget: verb('forget', 'forgot', NOT_RUNNING),
} as const satisfies Record<BulkAction, Verb>
