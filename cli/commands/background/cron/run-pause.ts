import { forEach } from '../../../each.ts'
import { recorded } from '../../../record.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'
import { shownCrons } from './shown-crons.ts'
import { tellCrons } from './tell-crons.ts'

/** What `ks bg cron pause` does. */
export async function runCronPause(names: readonly string[], options: RemoteOptions): Promise<void> {
  const changed = await withOperator(options, async operator => {
    const paused = await forEach(names, name =>
      recorded(operator, { action: 'cron.pause', target: name }, () => operator.crons.pause(name)),
    )
    return shownCrons(paused, operator)
  })
  tellCrons(changed, options, ({ name }) => `paused ${name}`)
}
