import type { CommonOptions } from '../../../options.ts'
import { plural, say } from '../../../output.ts'
import { withClient } from '../with-client.ts'
import { tellQueues } from './tell-queues.ts'

/** What `ks bg queues limit` does. */
export async function runQueuesLimit(name: string, jobs: number, options: CommonOptions): Promise<void> {
  await withClient(options, async ({ queues }, { background }) => {
    const limited = await queues.setConcurrency(name, jobs)
    tellQueues([limited], options, queue => `${queue.name} runs ${plural(queue.concurrency, 'job')} at once`)
    const configured = background.queues[name]
    if (configured !== undefined && configured !== jobs)
      say(`kretes.config.ts says ${configured}: a worker that starts sets that again`)
  })
}
