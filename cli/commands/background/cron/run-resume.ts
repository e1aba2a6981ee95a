import { forEach } from '../../../each.ts'
import type { CommonOptions } from '../../../options.ts'
import { withClient } from '../with-client.ts'
import { nextTick, tellCrons } from './tell-crons.ts'

/** What `ks bg cron resume` does. */
export async function runCronResume(names: readonly string[], options: CommonOptions): Promise<void> {
  const changed = await withClient(options, ({ crons }) => forEach(names, name => crons.resume(name)))
  tellCrons(changed, options, cron => `${cron.name} goes on${nextTick(cron)}`)
}
