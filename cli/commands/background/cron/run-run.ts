import type { CommonOptions } from '../../../options.ts'
import { print, printJson } from '../../../output.ts'
import { withClient } from '../with-client.ts'

/** What `ks bg cron run` does. */
export async function runCronRun(name: string, options: CommonOptions): Promise<void> {
  await withClient(options, async client => {
    const { task, payload, queue, priority, maxAttempts } = await client.crons.get(name)
    const { id } = await client.schedule({
      ...{ task, queue, priority, maxAttempts },
      payload: JSON.parse(payload),
    })
    if (options.json) printJson({ id, entry: name, task })
    else print(`scheduled #${id} ${task} for ${name}`)
  })
}
