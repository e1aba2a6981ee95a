import {
  BULK_MEANT,
  type BulkOrder,
  type BulkRefusal,
  type BulkSum,
  type Operator,
} from '../../background/operator.ts'
import { sleep } from '../../framework/clock.ts'
import { isKretesError, KretesError } from '../../framework/errors.ts'
import { searchText } from './jobs.ts'
import type { AnswerOf, Remote } from './remote.ts'

type Bulk = Awaited<ReturnType<Operator['bulks']['begin']>>

const LOOK_MS = 250
const NOTHING: BulkSum = { done: 0, told: 0, refused: 0, refusals: [], isStopped: false }

/** What is done with many jobs is done where the dashboard is; here one sees how far it is. */
export class RemoteBulks {
  readonly #remote: Remote

  constructor(remote: Remote) {
    this.#remote = remote
  }

  async begin(order: BulkOrder): Promise<Bulk> {
    const { action, which, reason, rate } = order
    const [one, another] = 'ids' in which ? which.ids : []
    // whoever may do it with one job need not be allowed to do it with many
    if (one !== undefined && another === undefined && action !== 'forget')
      return { id: one, steps: () => this.#withOne(one, action, reason) }
    const body = { action, reason, rate, ...whichText(order) }
    const { id = '' } = await this.#remote.send('post', '/api/bulk', { body })
    return { id, steps: stop => this.#follow(id, stop) }
  }

  async *#withOne(
    id: string,
    action: Exclude<BulkOrder['action'], 'forget'>,
    reason: string | undefined,
  ): AsyncGenerator<BulkSum> {
    try {
      yield { ...NOTHING, ...(await this.#change(id, action, reason)) }
    } catch (error) {
      const refusal = refusalIn(error)
      if (!refusal) throw error
      yield { ...NOTHING, refused: 1, refusals: [refusal] }
    }
  }

  async #change(id: string, action: Exclude<BulkOrder['action'], 'forget'>, reason: string | undefined) {
    const params = { id }
    if (action === 'cancel') {
      const { told } = await this.#remote.send('post', '/api/jobs/:id/cancel', { params, body: { reason } })
      return told ? { told: 1 } : { done: 1 }
    }
    if (action === 'delete') await this.#remote.send('delete', '/api/jobs/:id', { params, body: {} })
    else if (action === 'retry') await this.#remote.send('post', '/api/jobs/:id/retry', { params, body: {} })
    else await this.#remote.send('post', '/api/jobs/:id/discard', { params, body: { reason } })
    return { done: 1 }
  }

  /** Looks until it has ended; once `stop` aborts, has it end. */
  async *#follow(id: string, stop?: AbortSignal): AsyncGenerator<BulkSum> {
    const params = { id }
    for (let isTold = false; ; ) {
      const activity = await this.#remote.get('/api/bulk/:id', { params })
      if (activity.outcome === 'failed') throw failed(activity)
      yield sumOf(activity, activity.outcome === 'stopped' && !isTold)
      if (activity.outcome) return
      if (stop?.aborted && !isTold) {
        await this.#remote.send('post', '/api/bulk/:id/stop', { params, body: {} })
        isTold = true
      } else await sleep(LOOK_MS, isTold ? undefined : stop)
    }
  }
}

/** The states that are meant where a query names none are known there too. */
function whichText({ which, action }: BulkOrder) {
  if ('ids' in which) return { ids: [...which.ids] }
  const { state, ...filter } = which.filter
  return searchText(state === BULK_MEANT[action] ? filter : which.filter)
}

type Seen = AnswerOf<'get', '/api/bulk/:id'>

function sumOf({ answer = {} }: Seen, isStopped: boolean): BulkSum {
  return { ...NOTHING, ...(answer as Partial<BulkSum>), isStopped }
}

function failed({ answer = {} }: Seen): KretesError {
  const { message = 'it did not get to its end' } = answer as { readonly message?: string }
  return new KretesError(message, {
    code: 'REMOTE_FAILED',
    hint: 'what is done stays done; the same command goes on with the rest',
  })
}

function refusalIn(error: unknown): BulkRefusal | undefined {
  const { job, code, message, hint } = error as KretesError & { readonly job?: string }
  return isKretesError(error) && job !== undefined ? { job, code, message, hint } : undefined
}
