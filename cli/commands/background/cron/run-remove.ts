import { forEach } from '../../../each.ts'
import { print, printJson } from '../../../output.ts'
import { recorded } from '../../../record.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'

/** What `ks bg cron remove` does. */
export async function runCronRemove(names: readonly string[], options: RemoteOptions): Promise<void> {
  const removed = await withOperator(options, operator =>
    forEach(names, async name => {
      await recorded(operator, { action: 'cron.remove', target: name }, () => operator.crons.remove(name))
      return name
    }),
  )
  if (options.json) printJson({ removed })
  else for (const name of removed) print(`removed ${name}`)
}
