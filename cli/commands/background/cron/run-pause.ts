import { forEach } from '../../../each.ts'
import type { CommonOptions } from '../../../options.ts'
import { withClient } from '../with-client.ts'
import { tellCrons } from './tell-crons.ts'

/** What `ks bg cron pause` does. */
export async function runCronPause(names: readonly string[], options: CommonOptions): Promise<void> {
  const changed = await withClient(options, ({ crons }) => forEach(names, name => crons.pause(name)))
  tellCrons(changed, options, ({ name }) => `paused ${name}`)
}
