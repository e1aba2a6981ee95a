import { type Client, prune, rehearsePrune } from '../../../background/operator.ts'
import type { CommonOptions } from '../../options.ts'
import { plural, print, printJson } from '../../output.ts'
import { recorded } from '../../record.ts'
import { withClient } from './with-client.ts'

export interface PruneOptions extends CommonOptions {
  readonly dryRun?: true
}

/** What `ks bg prune` does. */
export async function runPrune(options: PruneOptions): Promise<void> {
  if (options.dryRun) return withClient(options, client => rehearse(client, options))
  const pruned = await withClient(options, client =>
    recorded(client, { action: 'history.prune' }, () => prune(client.administration)),
  )
  if (options.json) return printJson(pruned)
  print(`dropped ${describe(pruned.days, pruned.queues)}`)
}

async function rehearse({ administration }: Client, { json }: PruneOptions): Promise<void> {
  const { days, queues } = await rehearsePrune(administration)
  if (json) return printJson({ dryRun: true, days, queues })
  print(`would drop ${describe(days.length, queues)}`)
  for (const day of days) print(`  ${day}`)
}

function describe(days: number, queues: number): string {
  const settings = queues > 0 ? ` and the settings of ${plural(queues, 'queue')}` : ''
  return `${plural(days, 'day')} of history${settings}`
}
