import { forEach } from '../../../each.ts'
import type { CommonOptions } from '../../../options.ts'
import { print, printJson } from '../../../output.ts'
import { withClient } from '../with-client.ts'

/** What `ks bg cron remove` does. */
export async function runCronRemove(names: readonly string[], options: CommonOptions): Promise<void> {
  const removed = await withClient(options, ({ crons }) =>
    forEach(names, async name => {
      await crons.remove(name)
      return name
    }),
  )
  if (options.json) printJson({ removed })
  else for (const name of removed) print(`removed ${name}`)
}
