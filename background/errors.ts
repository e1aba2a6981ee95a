import { didYouMean } from '../framework/did-you-mean.ts'
import { humanDuration } from '../framework/duration.ts'
import { KretesError, messageOf } from '../framework/errors.ts'

/**
 * The base class of all errors that the job module throws on purpose. Compare `code`, not the class:
 * a second copy of the package in one process makes `instanceof` unreliable.
 */
export class BackgroundError extends KretesError {}

/** `UNNAMED_TASK`: a function was scheduled whose task name nobody knows. */
export class UnnamedTask extends BackgroundError {
  constructor(functionName?: string) {
    const what = functionName ? `the function \`${functionName}\`` : 'an anonymous function'
    super(`cannot tell which task ${what} is: a function's own name changes when code is bundled`, {
      code: 'UNNAMED_TASK',
      hint:
        'do one of three things: put it into its own file in tasks/ (tasks/SendEmail.ts is SendEmail), ' +
        "name it with task({ name: 'SendEmail', … }), or register it under a key: { tasks: { SendEmail } }",
    })
  }
}

/** `UNKNOWN_TASK`: a name that no task has. */
export class UnknownTask extends BackgroundError {
  constructor(name: string, known: readonly string[]) {
    const meant = didYouMean(name, known)
    super(`there is no task named ${name}${meant ? `; did you mean ${meant}?` : ''}`, {
      code: 'UNKNOWN_TASK',
      hint:
        known.length > 0 ? `known tasks: ${known.join(', ')}` : `no task is known yet: add tasks/${name}.ts`,
    })
  }
}

/** One complaint of a schema about one place in a payload. */
export interface PayloadIssue {
  /** Where: `to`, `items[2].price`; empty for the payload as a whole. */
  readonly path: string
  readonly message: string
}

/** `INVALID_PAYLOAD`: the task's schema refuses a payload, when it is scheduled or when it is about to run. */
export class InvalidPayload extends BackgroundError {
  readonly issues: readonly PayloadIssue[]

  constructor(task: string, issues: readonly PayloadIssue[], when: 'schedule' | 'run' = 'schedule') {
    const told = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
    super(`the payload does not fit the schema of ${task}: ${told}`, {
      code: 'INVALID_PAYLOAD',
      hint:
        when === 'schedule'
          ? 'nothing was done; correct the payload, or the schema of the task'
          : `this job was scheduled by older code or without a check; let ${task} accept such payloads, or cancel it`,
    })
    this.issues = issues
  }
}

/** `PAYLOAD_NOT_JSON`: a payload holds something that JSON would drop or change. */
export class PayloadNotJson extends BackgroundError {
  /** Where in the payload: `payload.items[2].price`. */
  readonly path: string

  constructor(path: string, what: string) {
    super(`${path} is ${what}, which JSON cannot carry`, {
      code: 'PAYLOAD_NOT_JSON',
      hint:
        'pass plain objects, arrays, strings, finite numbers, booleans and null: ' +
        'date.toISOString() for a Date, String(n) for a bigint, [...set] for a Set, an id for a model',
    })
    this.path = path
  }
}

/** `PAYLOAD_TOO_LARGE`: a payload takes more bytes as JSON than the limit allows. */
export class PayloadTooLarge extends BackgroundError {
  constructor(bytes: number, limit: number) {
    super(`the payload takes ${bytes} bytes as JSON, the limit is ${limit}`, {
      code: 'PAYLOAD_TOO_LARGE',
      hint: 'store the data elsewhere and pass its id, or raise the payload limit in the configuration',
    })
  }
}

/** `INVALID_OPTION`: an option of a task, a queue or a call to `schedule` has a value that means nothing. */
export class InvalidOption extends BackgroundError {
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { code: 'INVALID_OPTION', hint, cause })
  }
}

/** `DUPLICATE_TASK`: one name, two tasks. */
export class DuplicateTask extends BackgroundError {
  constructor(name: string, places: readonly string[]) {
    super(`the task name ${name} is taken by ${places.join(' and ')}`, {
      code: 'DUPLICATE_TASK',
      hint: 'rename or remove all but one; names that differ only in upper and lower case count as the same',
    })
  }
}

/** `INVALID_TASK_FILE`: a file in `tasks/`, or a value in a registry, that cannot be run as a task. */
export class InvalidTaskFile extends BackgroundError {
  constructor(place: string, reason: string, hint: string, cause?: unknown) {
    super(`${place} ${reason}`, { code: 'INVALID_TASK_FILE', hint, cause })
  }
}

/** `JOB_TIMED_OUT`: an attempt took longer than the task's `timeout`. */
export class JobTimedOut extends BackgroundError {
  constructor(task: string, ms: number) {
    super(`${task} did not finish within its timeout of ${humanDuration(ms)}`, {
      code: 'JOB_TIMED_OUT',
      hint: 'let the task stop when context.signal aborts, give it a longer timeout, or split its work',
    })
  }
}

/** `BATCH_FAILED`: some items of a batch failed; these, and only these, are tried again. */
export class BatchFailed extends BackgroundError {
  /** What each of them threw, in their order. */
  readonly errors: readonly unknown[]

  constructor(errors: readonly unknown[], items: number) {
    const told = errors.slice(0, TOLD_ERRORS).map(messageOf)
    const more = errors.length > TOLD_ERRORS ? [`and ${errors.length - TOLD_ERRORS} more`] : []
    super(`${errors.length} of ${items} items failed: ${[...told, ...more].join('; ')}`, {
      code: 'BATCH_FAILED',
      hint: 'the payload of the job is now what remains to be done',
    })
    this.errors = errors
  }
}

const TOLD_ERRORS = 10

/** `BATCH_MISMATCH`: a task with an array payload returned an array of another length, so nobody knows what it means. */
export class BatchMismatch extends BackgroundError {
  constructor(task: string, values: number, items: number) {
    super(`${task} returned ${values} values for ${items} items`, {
      code: 'BATCH_MISMATCH',
      hint: 'return one value or promise for each item of the payload, or an object: return { results }',
    })
  }
}

/** `LEASE_LOST`: the worker could not prove in time that it is alive, so its jobs went to another worker. */
export class LeaseLost extends BackgroundError {
  constructor(worker: string, cause?: unknown) {
    super(`worker ${worker} lost its lease: its jobs now belong to other workers`, {
      code: 'LEASE_LOST',
      hint: 'look for a lost database connection or for code that blocks the event loop for seconds',
      cause,
    })
  }
}

/** `TRANSACTION_FAILED`: a statement failed in the transaction of a task, which returned all the same. */
export class TransactionFailed extends BackgroundError {
  constructor(task: string, cause: unknown) {
    super(`a statement had failed in the transaction of ${task}, so nothing of it can be committed`, {
      code: 'TRANSACTION_FAILED',
      hint: 'do not catch the error of a statement in a transactional task, or use a savepoint around it',
      cause,
    })
  }
}

/** `OUTCOME_UNKNOWN`: the connection broke between sending jobs and the answer, so they may exist or not. */
export class OutcomeUnknown extends BackgroundError {
  constructor(cause: unknown) {
    super('the connection to the database broke while jobs were being scheduled: they may exist or not', {
      code: 'OUTCOME_UNKNOWN',
      hint: 'schedule again with a key, which makes repeating harmless',
      cause,
    })
  }
}

/** `DATABASE_BUSY`: the database had no time, no room or no lock for the jobs, and has not written them. */
export class DatabaseBusy extends BackgroundError {
  constructor(why: string, cause: unknown) {
    super(`nothing was scheduled: ${why}`, {
      code: 'DATABASE_BUSY',
      hint: 'schedule again later: nothing is there twice then. What the database is busy with says: npx ks bg doctor',
      cause,
    })
  }
}

/** `SCHEMA_MISSING`: the database has no background schema, or an older one than this code needs. */
export class SchemaBehind extends BackgroundError {
  constructor(pending: readonly string[], cause?: unknown) {
    super(`the database's background schema lacks ${pending.join(', ')}`, {
      code: 'SCHEMA_BEHIND',
      hint: 'run: npx ks bg migrate',
      cause,
    })
  }
}
