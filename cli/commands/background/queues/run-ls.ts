import type { Operator, QueueInfo } from '../../../../background/operator.ts'
import { humanDuration } from '../../../../framework/duration.ts'
import { printJson, say } from '../../../output.ts'
import { relativeTime } from '../../../relative-time.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { type Column, printTable } from '../../../table.ts'
import { withOperator } from '../with-operator.ts'

/** The most that are counted, from where a number is only a lower bound. */
const MOST_COUNTED = 10_000

export const QUEUE_COLUMNS: readonly Column<QueueInfo>[] = [
  { header: 'queue', least: 10, cell: ({ name }) => name },
  {
    header: 'available',
    align: 'right',
    cell: ({ available }) => `${available}${available >= MOST_COUNTED ? '+' : ''}`,
  },
  { header: 'running', align: 'right', cell: ({ running, concurrency }) => `${running}/${concurrency}` },
  {
    header: 'wait',
    align: 'right',
    cell: ({ waited }) => (waited === undefined ? '' : humanDuration(waited)),
  },
  {
    header: 'paused',
    least: 8,
    cell: ({ paused }) => ({ text: paused ? describePause(paused) : '', style: 'yellow' }),
  },
]

/** What `ks bg queues ls` does. */
export async function runQueuesLs(options: RemoteOptions): Promise<void> {
  const queues = await withOperator(options, allQueues)
  if (options.json) return printJson({ queues: queues.map(queueAsJson) })
  if (queues.length > 0) printTable(QUEUE_COLUMNS, queues)
  else say('no queue has due jobs, running ones or settings of its own')
}

export function queueAsJson({ waited, paused, ...queue }: QueueInfo) {
  return {
    ...queue,
    waited: waited ?? null,
    paused: paused ? { at: paused.at, by: paused.by ?? null, reason: paused.reason ?? null } : null,
  }
}

async function allQueues({ queues }: Operator): Promise<QueueInfo[]> {
  const all: QueueInfo[] = []
  let cursor: string | undefined
  do {
    const page = await queues.list({ limit: 1_000, cursor })
    all.push(...page.queues)
    cursor = page.cursor
  } while (cursor !== undefined)
  return all
}

function describePause({ at, by, reason }: NonNullable<QueueInfo['paused']>): string {
  return `${relativeTime(at)}${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : `: ${reason}`}`
}
