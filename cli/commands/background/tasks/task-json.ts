import { relative } from 'node:path'
import { payloadSchema, type TaskDefinition } from '../../../../background/operator.ts'

/** A task as `--json` writes it; durations in milliseconds, null for what it does not say. */
export interface ToldTask {
  readonly name: string
  /** From the directory of the app. */
  readonly file: string | null
  readonly queue: string | null
  readonly maxAttempts: number
  readonly priority: number
  readonly timeout: number | null
  readonly retention: number | null
  readonly tags: readonly string[]
  readonly cron: readonly { readonly expression: string; readonly timeZone: string }[]
  /** Whether payloads are checked. */
  readonly hasSchema: boolean
  /** What it takes, as JSON Schema, when its schema can tell. */
  readonly payload: unknown
}

export function taskAsJson(definition: TaskDefinition, file: string | undefined, root: string): ToldTask {
  const { name, queue, maxAttempts, priority, timeout, retention, tags, cron, schema } = definition
  return {
    ...{
      name,
      file: file === undefined ? null : relative(root, file),
      queue: queue ?? null,
      maxAttempts,
      priority,
    },
    ...{ timeout: timeout ?? null, retention: retention ?? null, tags },
    cron: (cron ?? []).map(({ expression, timeZone = 'UTC' }) => ({ expression, timeZone })),
    hasSchema: schema !== undefined,
    payload: payloadSchema(definition) ?? null,
  }
}
