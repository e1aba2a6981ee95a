import { monotonic } from '../../framework/clock.ts'
import { isKretesError } from '../../framework/errors.ts'
import type { Executor } from '../../framework/executor.ts'
import { abandon } from '../engine/abandon.ts'
import { isRefusal } from '../engine/refusal.ts'
import { STATEMENT_TIMEOUT_MS } from '../engine/session.ts'

/** A claim is two statements at most; after that the server has done it or never will. */
const OVER_AFTER_MS = 2 * STATEMENT_TIMEOUT_MS + 10_000
const AGAIN_MS = 2_000

/**
 * Claims whose answer got lost with the connection. Each may have happened, or may happen yet: the server does not
 * notice at once that nobody waits for it. They are undone now and then until it is certain.
 */
export class LostClaims {
  #claims: { readonly id: string; readonly since: number }[] = []
  #nextAt = 0

  /** Asks for a claim under `id`, which is remembered when neither an answer comes nor a refusal. */
  async unlessAnswered<T>(id: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      // an error of ours says that there was no connection, so nothing was sent
      if (!isRefusal(error) && !isKretesError(error)) this.#add(id)
      throw error
    }
  }

  /** They were a former life's: whoever rescues its jobs has these too. */
  clear(): void {
    this.#claims = []
  }

  get isDue(): boolean {
    return this.#claims.length > 0 && monotonic() >= this.#nextAt
  }

  /** Milliseconds until they should be looked at again. */
  get wait(): number {
    return this.#claims.length === 0 ? Number.POSITIVE_INFINITY : this.#nextAt - monotonic()
  }

  #add(id: string): void {
    this.#claims.push({ id, since: monotonic() })
    this.#nextAt = 0
  }

  /** Undoes what has happened of them in the name of `worker`; answers how many jobs came back. */
  async undo(db: Executor, worker: string): Promise<number> {
    const asked = monotonic()
    const claims = this.#claims
    const jobs = await abandon(
      db,
      worker,
      claims.map(claim => claim.id),
    )
    this.#claims = this.#claims.filter(claim => asked - claim.since < OVER_AFTER_MS)
    this.#nextAt = asked + AGAIN_MS
    return jobs
  }
}
