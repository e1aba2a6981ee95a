import { prune } from '../../../background/operator.ts'
import type { CommonOptions } from '../../options.ts'
import { plural, print, printJson } from '../../output.ts'
import { withClient } from './with-client.ts'

/** What `ks bg prune` does. */
export async function runPrune(options: CommonOptions): Promise<void> {
  const pruned = await withClient(options, ({ administration }) => prune(administration))
  if (options.json) return printJson(pruned)
  const settings = pruned.queues > 0 ? ` and the settings of ${plural(pruned.queues, 'queue')}` : ''
  print(`dropped ${plural(pruned.days, 'day')} of history${settings}`)
}
