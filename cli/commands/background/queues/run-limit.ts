import { plural, say } from '../../../output.ts'
import { recorded } from '../../../record.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'
import { tellQueues } from './tell-queues.ts'
import { tellUnknown } from './unknown-queue.ts'

/** What `ks bg queues limit` does. */
export async function runQueuesLimit(name: string, jobs: number, options: RemoteOptions): Promise<void> {
  await withOperator(options, async (operator, project) => {
    await tellUnknown([name], operator, project)
    const deed = { action: 'queue.limit', target: name, details: { concurrency: jobs } }
    const limited = await recorded(operator, deed, () => operator.queues.setConcurrency(name, jobs))
    tellQueues([limited], options, queue => `${queue.name} runs ${plural(queue.concurrency, 'job')} at once`)
    const configured = project.background.queues[name]
    if (configured !== undefined && configured !== jobs)
      say(`kretes.config.ts says ${configured}: a worker that starts sets that again`)
  })
}
