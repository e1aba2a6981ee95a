import { type Client, JOB_STATES, MEANT } from '../../../background/operator.ts'
import { runBulk } from '../../bulk/run-bulk.ts'
import type { SelectionOptions } from '../../bulk/selection-options.ts'

/** What `ks bg delete` does. */
export async function runDelete(ids: readonly string[], options: SelectionOptions): Promise<void> {
  const verb = {
    ...{
      name: 'delete',
      done: 'deleted',
      meant: MEANT.remove,
      possible: JOB_STATES.filter(state => state !== 'running'),
    },
    change: (jobs: Client['jobs'], ids: readonly string[]) => jobs.remove(ids),
  }
  await runBulk(verb, ids, options)
}
