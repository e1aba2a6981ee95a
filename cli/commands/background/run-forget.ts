import { type BulkOptions, runBulk } from '../../bulk/run-bulk.ts'
import { VERBS } from '../../bulk/verb.ts'

/** What `ks bg forget` does. */
export async function runForget(ids: readonly string[], options: BulkOptions): Promise<void> {
  await runBulk(VERBS.forget, ids, options)
}
