import { BatchFailed, BatchMismatch } from '../errors.ts'
import { type Outcome, outcomeOfError } from '../outcome.ts'

/** How many items a payload has, given as JSON text; undefined when it is no batch. */
export function batchItems(payload: string): number | undefined {
  const items: unknown = /^\s*\[/.test(payload) ? JSON.parse(payload) : undefined
  return Array.isArray(items) ? items.length : undefined
}

/**
 * How a batch ended whose task returned a value or a promise for each of its items: only those that failed are tried
 * again, and of them not those that the task discards or cancels.
 */
export async function outcomeOfBatch(task: string, items: number, values: unknown[]): Promise<Outcome> {
  const settled = await Promise.allSettled(values)
  if (values.length !== items) return { kind: 'failed', error: new BatchMismatch(task, values.length, items) }
  const failures = settled.flatMap((one, index) =>
    one.status === 'rejected'
      ? [{ item: index + 1, thrown: one.reason, outcome: outcomeOfError(one.reason) }]
      : [],
  )
  if (failures.length === 0) return { kind: 'completed', result: settled.map(fulfilled) }
  const error = new BatchFailed(
    failures.map(({ thrown }) => thrown),
    items,
  )
  const again = failures.filter(({ outcome }) => outcome.kind !== 'discarded' && outcome.kind !== 'cancelled')
  if (again.length > 0) return { kind: 'failed', error, items: again.map(({ item }) => item) }
  return { kind: 'discarded', reason: error.message, error, items: failures.map(({ item }) => item) }
}

function fulfilled(settled: PromiseSettledResult<unknown>): unknown {
  return settled.status === 'fulfilled' ? settled.value : undefined
}
