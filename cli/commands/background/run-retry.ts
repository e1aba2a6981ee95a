import { type Client, JOB_STATES, MEANT } from '../../../background/operator.ts'
import { runBulk } from '../../bulk/run-bulk.ts'
import type { SelectionOptions } from '../../bulk/selection-options.ts'

/** What `ks bg retry` does. */
export async function runRetry(ids: readonly string[], options: SelectionOptions): Promise<void> {
  const verb = {
    ...{
      name: 'retry',
      done: 'retried',
      meant: MEANT.retry,
      possible: JOB_STATES.filter(state => state !== 'running'),
    },
    change: (jobs: Client['jobs'], ids: readonly string[]) => jobs.retry(ids),
  }
  await runBulk(verb, ids, options)
}
