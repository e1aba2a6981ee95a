import { forEach } from '../../../each.ts'
import { plural } from '../../../output.ts'
import { recorded } from '../../../record.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'
import { tellQueues } from './tell-queues.ts'
import { tellUnknown } from './unknown-queue.ts'

/** What `ks bg queues resume` does. */
export async function runQueuesResume(names: readonly string[], options: RemoteOptions): Promise<void> {
  const resumed = await withOperator(options, async (operator, project) => {
    await tellUnknown(names, operator, project)
    return forEach(names, name =>
      recorded(operator, { action: 'queue.resume', target: name }, () => operator.queues.resume(name)),
    )
  })
  tellQueues(
    resumed,
    options,
    ({ name, available }) => `${name} goes on, with ${plural(available, 'due job')}`,
  )
}
