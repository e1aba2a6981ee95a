import { type BulkOptions, runBulk } from '../../bulk/run-bulk.ts'
import { VERBS } from '../../bulk/verb.ts'

/** What `ks bg discard` does. */
export async function runDiscard(ids: readonly string[], options: BulkOptions): Promise<void> {
  await runBulk(VERBS.discard, ids, options)
}
