import { type BulkOptions, runBulk } from '../../bulk/run-bulk.ts'
import { VERBS } from '../../bulk/verb.ts'

/** What `ks bg cancel` does. */
export async function runCancel(ids: readonly string[], options: BulkOptions): Promise<void> {
  await runBulk(VERBS.cancel, ids, options)
}
