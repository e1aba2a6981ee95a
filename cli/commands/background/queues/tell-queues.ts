import type { QueueInfo } from '../../../../background/operator.ts'
import type { CommonOptions } from '../../../options.ts'
import { print, printJson } from '../../../output.ts'
import { queueAsJson } from './run-ls.ts'

/** Tells what was done with queues: a line for each, or with `--json` all of them as `ks bg queues` has them. */
export function tellQueues(
  queues: readonly QueueInfo[],
  { json }: CommonOptions,
  line: (queue: QueueInfo) => string,
): void {
  if (json) printJson({ queues: queues.map(queueAsJson) })
  else for (const queue of queues) print(line(queue))
}
