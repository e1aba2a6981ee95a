import type { WorkerInfo } from '../../../../background/operator.ts'
import { printJson, say } from '../../../output.ts'
import { relativeTime } from '../../../relative-time.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { type Column, printTable } from '../../../table.ts'
import { withOperator } from '../with-operator.ts'

const WORKER_COLUMNS: readonly Column<WorkerInfo>[] = [
  { header: 'worker', least: 10, cell: ({ name }) => name },
  { header: 'id', align: 'right', cell: ({ id }) => id },
  { header: 'process', least: 8, cell: ({ pid, host }) => `${pid} on ${host}` },
  { header: 'version', cell: ({ version }) => version },
  { header: 'started', cell: ({ startedAt }) => relativeTime(startedAt) },
  { header: 'jobs', align: 'right', cell: ({ claimed, concurrency }) => `${claimed}/${concurrency}` },
  { header: 'state', cell: stateOf },
  { header: 'tasks', least: 10, cell: ({ tasks }) => tasks.join(' ') },
]

/** What `ks bg workers ls` does. */
export async function runWorkersLs(options: RemoteOptions): Promise<void> {
  const workers = await withOperator(options, operator => operator.workers.list())
  if (options.json) return printJson({ workers: workers.map(workerAsJson) })
  if (workers.length > 0) printTable(WORKER_COLUMNS, workers)
  else say('no worker is running; start one: npx ks bg')
}

function workerAsJson({ memory, delay, ...worker }: WorkerInfo) {
  return { ...worker, memory: memory ?? null, delay: delay ?? null }
}

function stateOf({ alive, leaseUntil, told }: WorkerInfo) {
  if (alive && told !== 'work')
    return { text: told === 'stop' ? 'stopping' : 'quiet', style: 'yellow' as const }
  if (alive) return { text: 'alive', style: 'green' as const }
  return { text: `lost ${relativeTime(leaseUntil)}`, style: 'red' as const }
}
