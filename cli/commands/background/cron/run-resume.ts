import { forEach } from '../../../each.ts'
import { recorded } from '../../../record.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'
import { shownCrons } from './shown-crons.ts'
import { nextTick, tellCrons } from './tell-crons.ts'

/** What `ks bg cron resume` does. */
export async function runCronResume(names: readonly string[], options: RemoteOptions): Promise<void> {
  const changed = await withOperator(options, async operator => {
    const resumed = await forEach(names, name =>
      recorded(operator, { action: 'cron.resume', target: name }, () => operator.crons.resume(name)),
    )
    return shownCrons(resumed, operator)
  })
  tellCrons(changed, options, cron => `${cron.name} goes on${nextTick(cron)}`)
}
