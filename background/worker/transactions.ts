import { sleep } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { isKretesError } from '../../framework/errors.ts'
import type { Executor } from '../../framework/executor.ts'
import { NOTHING_TO_CLOSE } from '../engine/closing.ts'
import { complete } from '../engine/complete.ts'
import { hasCommitted } from '../engine/has-committed.ts'
import { isFailedTransaction, isRefusal } from '../engine/refusal.ts'
import { LeaseLost, TransactionFailed } from '../errors.ts'
import type { Emitter } from '../events.ts'
import type { Outcome } from '../outcome.ts'
import type { WorkerHost } from '../task-host.ts'
import { Backoff } from './backoff.ts'
import type { Attempt } from './executor.ts'
import { verdictOn } from './verdict.ts'

export interface TransactionsOptions {
  readonly host: Pick<WorkerHost, 'inTransaction'>
  /** Asks what became of a transaction whose commit got no answer. */
  readonly connection: Connection
  readonly events: Emitter
  /** The life of the worker that has the jobs. */
  readonly worker: () => string
  /** Seconds a finished job is kept unless its task says otherwise. */
  readonly keep: number
}

/** A job that runs in a transaction. */
export interface Run {
  /** Runs the task; answers how it went, whatever it threw. */
  readonly attempt: () => Promise<Attempt>
  /** Whether anybody still waits for the outcome. */
  readonly isWanted: () => boolean
}

/** What ends a transaction that must not commit. */
const ROLL_BACK = Symbol('roll back')
const AGAIN_MS = 1_000

/**
 * Runs tasks that are `transactional`: what the task writes in its transaction and the completion of its job commit
 * together. Nothing is committed for a job that is not ours any more, or whose task did not return.
 */
export class Transactions {
  readonly #options: TransactionsOptions

  constructor(options: TransactionsOptions) {
    this.#options = options
  }

  /** Answers how it went, which the database knows already if it is `committed`; undefined: there was no connection for it. */
  async run({ attempt, isWanted }: Run): Promise<Attempt | undefined> {
    let ended: Attempt | undefined
    let isSent = false
    try {
      await this.#options.host.inTransaction(async db => {
        ended = await attempt()
        if (ended.outcome.kind !== 'completed' || !isWanted()) throw ROLL_BACK
        await this.#complete(db, ended)
        isSent = true
      })
      return { ...(ended as unknown as Attempt), committed: true }
    } catch (error) {
      if (!ended) return this.#notBegun(error)
      if (error === ROLL_BACK) return { ...ended, outcome: wholly(ended.outcome) }
      const isUnknown = isSent && !isRefusal(error) && !isKretesError(error)
      if (isUnknown && (await this.#hasCommitted(ended, isWanted))) return { ...ended, committed: true }
      return { ...ended, outcome: { kind: 'failed', error } }
    }
  }

  /** @throws LeaseLost; TransactionFailed when a statement had failed in it and the task went on all the same */
  async #complete(db: Executor, attempt: Attempt): Promise<void> {
    const worker = this.#options.worker()
    const verdict = verdictOn(attempt, this.#options.keep)
    if (verdict.verb !== 'complete') return
    try {
      const lost = await db.run(...complete(worker, [verdict.entry], NOTHING_TO_CLOSE))
      if (lost.length > 0) throw new LeaseLost(worker)
    } catch (error) {
      throw isFailedTransaction(error) ? new TransactionFailed(attempt.job.task, error) : error
    }
  }

  /** Asks until there is an answer, or nobody wants it any more. */
  async #hasCommitted({ job }: Attempt, isWanted: () => boolean): Promise<boolean> {
    const { connection, worker } = this.#options
    const backoff = new Backoff()
    while (isWanted()) {
      try {
        return await hasCommitted(connection, worker(), job)
      } catch (error) {
        await this.#pause('asking whether a transaction has committed', error, backoff.next())
      }
    }
    return false
  }

  /** The job is not to blame. Its slot stays taken for a moment, so that the next one does not come at once. */
  async #notBegun(error: unknown): Promise<undefined> {
    await this.#pause('opening a transaction for a task', error, AGAIN_MS)
    return undefined
  }

  async #pause(doing: string, error: unknown, again: number): Promise<void> {
    this.#options.events.emit('worker:trouble', { doing, error, again })
    await sleep(again)
  }
}

/** Of a batch that was rolled back nothing is done: all of its items come again. */
function wholly(outcome: Outcome): Outcome {
  if (outcome.kind !== 'failed' && outcome.kind !== 'discarded') return outcome
  const { items: _, ...whole } = outcome
  return whole
}
