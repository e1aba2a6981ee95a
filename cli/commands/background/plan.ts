import type { NormalizedOptions } from '../../../background/operator.ts'
import { humanDuration } from '../../../framework/duration.ts'

/** A job that is about to be written, checked. */
export interface Plan {
  readonly task: string
  readonly payload: unknown
  readonly options: Omit<NormalizedOptions, 'key'> & {
    readonly key: Pick<NonNullable<NormalizedOptions['key']>, 'name' | 'mode'> | undefined
  }
}

/** `SendEmail on email, due in 10m` */
export function describePlan({ task, options }: Plan): string {
  const { queue, delayMs, runAt, key } = options
  const parts = [queue === undefined ? task : `${task} on ${queue}`]
  if (delayMs !== undefined) parts.push(`due in ${humanDuration(delayMs)}`)
  if (runAt !== undefined) parts.push(`due ${runAt.toLocaleString('sv')}`)
  if (key !== undefined) parts.push(`key ${key.name}`)
  return parts.join(', ')
}

/** Always the same keys; null where nothing was said. `in` is in milliseconds. */
export function planAsJson({ task, options }: Plan) {
  const { queue = null, runAt, delayMs = null, priority, maxAttempts, key, tags, flags } = options
  return {
    task,
    queue,
    runAt: runAt?.toISOString() ?? null,
    in: delayMs,
    priority,
    maxAttempts,
    key: key?.name ?? null,
    keyMode: key?.mode ?? null,
    tags,
    flags,
  }
}
