import { print, printJson } from '../../../output.ts'
import { recorded } from '../../../record.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'

/** What `ks bg cron run` does. */
export async function runCronRun(name: string, options: RemoteOptions): Promise<void> {
  await withOperator(options, async operator => {
    const deed = { action: 'cron.run', target: name }
    const { id, task } = await recorded(operator, deed, () => operator.runCron(name))
    if (options.json) printJson({ id, entry: name, task })
    else print(`scheduled #${id} ${task} for ${name}`)
  })
}
