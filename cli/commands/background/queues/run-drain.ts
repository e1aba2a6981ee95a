import type { Operator, QueueInfo } from '../../../../background/operator.ts'
import { monotonic, sleep } from '../../../../framework/clock.ts'
import { KretesError } from '../../../../framework/errors.ts'
import { Progress } from '../../../bulk/progress.ts'
import { plural } from '../../../output.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'
import { tellQueues } from './tell-queues.ts'
import { tellUnknown } from './unknown-queue.ts'

const LOOK_MS = 250

/** What `ks bg queues drain` does. */
export async function runQueuesDrain(
  name: string,
  { timeout = Number.POSITIVE_INFINITY, ...options }: RemoteOptions & { readonly timeout?: number },
): Promise<void> {
  const empty = await withOperator(options, async (operator, project) => {
    await tellUnknown([name], operator, project)
    return untilEmpty(operator, name, timeout)
  })
  tellQueues([empty], options, queue => `${queue.name} is empty`)
}

async function untilEmpty({ queues }: Operator, name: string, timeout: number): Promise<QueueInfo> {
  const since = monotonic()
  let most = 0
  let progress: Progress | undefined
  try {
    for (;;) {
      const queue = await queues.get(name)
      const left = queue.available + queue.running
      most = Math.max(most, left)
      progress ??= new Progress(most)
      if (left === 0) return queue
      if (queue.paused) throw isPaused(name, left)
      if (monotonic() - since >= timeout) throw timedOut(name, left)
      progress.show(most - left)
      await sleep(LOOK_MS)
    }
  } finally {
    progress?.end()
  }
}

function isPaused(name: string, left: number): KretesError {
  return new KretesError(`${name} is paused with ${plural(left, 'job')} in it, so it will not empty`, {
    code: 'QUEUE_PAUSED',
    hint: `let it go on with ks bg queues resume ${name}, or delete its jobs with ks bg queues purge ${name}`,
  })
}

function timedOut(name: string, left: number): KretesError {
  return new KretesError(`${name} still has ${plural(left, 'job')}`, {
    code: 'WAIT_TIMED_OUT',
    hint: `wait longer, or see what runs: ks bg list queue:${name} state:running`,
  })
}
