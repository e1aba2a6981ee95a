import { forEach } from '../../../each.ts'
import { actorHere, recorded } from '../../../record.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'
import { tellQueues } from './tell-queues.ts'
import { tellUnknown } from './unknown-queue.ts'

/** What `ks bg queues pause` does. */
export async function runQueuesPause(
  names: readonly string[],
  { reason, ...options }: RemoteOptions & { readonly reason?: string },
): Promise<void> {
  const by = actorHere()
  const paused = await withOperator(options, async (operator, project) => {
    await tellUnknown(names, operator, project)
    return forEach(names, name =>
      recorded(operator, { action: 'queue.pause', target: name, details: { reason } }, () =>
        operator.queues.pause(name, { reason, by }),
      ),
    )
  })
  tellQueues(paused, options, ({ name, running }) => {
    const rest = running > 0 ? `; ${running} of its jobs still ${running === 1 ? 'runs' : 'run'}` : ''
    return `paused ${name}${rest}`
  })
}
