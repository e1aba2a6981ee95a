import { type BulkOptions, runBulk } from '../../bulk/run-bulk.ts'
import { VERBS } from '../../bulk/verb.ts'

/** What `ks bg delete` does. */
export async function runDelete(ids: readonly string[], options: BulkOptions): Promise<void> {
  await runBulk(VERBS.delete, ids, options)
}
