import { type Client, MEANT } from '../../../background/operator.ts'
import { runBulk } from '../../bulk/run-bulk.ts'
import type { SelectionOptions } from '../../bulk/selection-options.ts'

export interface ReasonedOptions extends SelectionOptions {
  readonly reason?: string
}

/** What `ks bg cancel` does. */
export async function runCancel(
  ids: readonly string[],
  { reason, ...options }: ReasonedOptions,
): Promise<void> {
  const verb = {
    ...{ name: 'cancel', done: 'cancelled', meant: MEANT.cancel, possible: MEANT.cancel },
    change: (jobs: Client['jobs'], ids: readonly string[]) => jobs.cancel(ids, { reason }),
  }
  await runBulk(verb, ids, options)
}
