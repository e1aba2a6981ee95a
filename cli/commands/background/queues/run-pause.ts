import { hostname, userInfo } from 'node:os'
import { forEach } from '../../../each.ts'
import type { CommonOptions } from '../../../options.ts'
import { withClient } from '../with-client.ts'
import { tellQueues } from './tell-queues.ts'

/** What `ks bg queues pause` does. */
export async function runQueuesPause(
  names: readonly string[],
  { reason, ...options }: CommonOptions & { readonly reason?: string },
): Promise<void> {
  const by = `${userInfo().username}@${hostname()}`
  const paused = await withClient(options, ({ queues }) =>
    forEach(names, name => queues.pause(name, { reason, by })),
  )
  tellQueues(paused, options, ({ name, running }) => {
    const rest = running > 0 ? `; ${running} of its jobs still ${running === 1 ? 'runs' : 'run'}` : ''
    return `paused ${name}${rest}`
  })
}
