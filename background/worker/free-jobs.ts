import { monotonic } from '../../framework/clock.ts'
import type { Executor } from '../../framework/executor.ts'
import { claim } from '../engine/claim.ts'
import type { ClaimedJob } from '../engine/claimed-job.ts'
import { newId } from '../id.ts'
import { Bookmark } from './bookmark.ts'
import type { Lanes } from './lanes.ts'
import type { LostClaims } from './lost-claims.ts'

/** The jobs without a queue, as far as they are in the lanes of this worker. */
export class FreeJobs {
  readonly #db: Executor
  readonly #lanes: Lanes
  readonly #lostClaims: LostClaims
  readonly #bookmark = new Bookmark()

  constructor(db: Executor, lanes: Lanes, lostClaims: LostClaims) {
    this.#db = db
    this.#lanes = lanes
    this.#lostClaims = lostClaims
  }

  /** Takes the first `limit` of each lane for `worker`; `more`: there may be others. */
  async claim(worker: string, limit: number): Promise<{ jobs: readonly ClaimedJob[]; more: boolean }> {
    const from = this.#bookmark.place
    const request = { claim: newId(), worker, lanes: this.#lanes.numbers, limit, from }
    const since = monotonic()
    const found = await this.#lostClaims.unlessAnswered(request.claim, () => claim(this.#db, request))
    this.#bookmark.claimed(found, from, monotonic() - since)
    const isFull = found.jobs.length >= limit
    if (!isFull) this.#bookmark.lose()
    return { jobs: found.jobs, more: isFull || from !== undefined }
  }

  /** The next claim passes over nothing. */
  fromTheBeginning(): void {
    this.#bookmark.lose()
  }
}
