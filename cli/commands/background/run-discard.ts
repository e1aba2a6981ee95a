import { type Client, MEANT } from '../../../background/operator.ts'
import { runBulk } from '../../bulk/run-bulk.ts'
import type { SelectionOptions } from '../../bulk/selection-options.ts'

export interface ReasonedOptions extends SelectionOptions {
  readonly reason?: string
}

/** What `ks bg discard` does. */
export async function runDiscard(
  ids: readonly string[],
  { reason, ...options }: ReasonedOptions,
): Promise<void> {
  const verb = {
    ...{ name: 'discard', done: 'discarded', meant: MEANT.discard, possible: MEANT.discard },
    change: (jobs: Client['jobs'], ids: readonly string[]) => jobs.discard(ids, { reason }),
  }
  await runBulk(verb, ids, options)
}
