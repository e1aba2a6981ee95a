import { type BulkOptions, runBulk } from '../../bulk/run-bulk.ts'
import { VERBS } from '../../bulk/verb.ts'

/** What `ks bg retry` does. */
export async function runRetry(ids: readonly string[], options: BulkOptions): Promise<void> {
  await runBulk(VERBS.retry, ids, options)
}
