import { monotonic } from '../../framework/clock.ts'
import { through } from '../middleware.ts'
import { type Outcome, outcomeOfError } from '../outcome.ts'
import { decodePayload, encodePayload } from '../payload.ts'
import type { TaskDefinition } from '../task.ts'
import { JobContext, type Surroundings } from './context.ts'

export interface HereOptions {
  readonly around: Surroundings
  /** The most bytes the payload may have as JSON. */
  readonly limit: number
  /** Which attempt the context says it is, counted from 1. Default: 1. */
  readonly attempt?: number | undefined
  /** Aborts the task's own signal. */
  readonly signal?: AbortSignal | undefined
}

/** How a task ended that ran without a job, and how long it took, in milliseconds. */
export interface EndHere {
  readonly outcome: Outcome
  readonly ms: number
}

/**
 * Runs a task at once, without a job, as a worker would: the payload goes through the schema and through JSON, and the
 * context is a real one, of a job with the id 0. Answers with what the task returns, throws what it throws.
 */
export async function runHere(
  definition: TaskDefinition,
  payload: unknown,
  { around, limit, attempt = 1, signal }: HereOptions,
): Promise<unknown> {
  const given = around.sealing?.opened(definition.name, payload) ?? payload
  const text = await encodePayload(definition, given, { limit })
  const value = await decodePayload(definition, text)
  const { name, queue, priority, maxAttempts } = definition
  const now = Date.now()
  const times = { runAt: now, createdAt: now, waited: 0 }
  const rest = { task: name, queue, flags: [], priority, maxAttempts, attempt, payload: text }
  const context = new JobContext({ claim: '0', id: '0', crashes: 0, ...times, ...rest }, around)
  const abort = () => JobContext.abort(context, signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const run = () => through(around.layers ?? [], context, () => definition.run(value, context))
    return await (definition.transactional ? around.host.inTransaction(run) : run())
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/** Like {@link runHere}, but answers how the attempt would have ended. @throws InvalidPayload and its like */
export async function attemptHere(
  definition: TaskDefinition,
  payload: unknown,
  options: HereOptions,
): Promise<EndHere> {
  const given = options.around.sealing?.opened(definition.name, payload) ?? payload
  await encodePayload(definition, given, { limit: options.limit })
  const since = monotonic()
  const outcome = await runHere(definition, payload, options).then(
    (result): Outcome => ({ kind: 'completed', result }),
    outcomeOfError,
  )
  return { outcome, ms: monotonic() - since }
}
