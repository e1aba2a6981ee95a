import { forEach } from '../../../each.ts'
import type { CommonOptions } from '../../../options.ts'
import { plural } from '../../../output.ts'
import { withClient } from '../with-client.ts'
import { tellQueues } from './tell-queues.ts'

/** What `ks bg queues resume` does. */
export async function runQueuesResume(names: readonly string[], options: CommonOptions): Promise<void> {
  const resumed = await withClient(options, ({ queues }) => forEach(names, name => queues.resume(name)))
  tellQueues(
    resumed,
    options,
    ({ name, available }) => `${name} goes on, with ${plural(available, 'due job')}`,
  )
}
