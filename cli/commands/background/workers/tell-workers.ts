import type { Operator, WorkerInfo, WorkerOrder } from '../../../../background/operator.ts'
import { forEach } from '../../../each.ts'
import { UsageError } from '../../../errors.ts'
import { print, printJson, say } from '../../../output.ts'
import { recorded } from '../../../record.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'
import { findWorker } from './find-worker.ts'

export interface OrderOptions extends RemoteOptions {
  readonly all?: true
}

/** As the log of activities calls it. */
const ACTIONS: Readonly<Record<WorkerOrder, string>> = { work: 'resume', quiet: 'quiet', stop: 'stop' }

/** Tells workers what is wanted of them, and the person at the terminal which ones heard. */
export async function tellWorkers(
  order: WorkerOrder,
  names: readonly string[],
  options: OrderOptions,
  line: (worker: WorkerInfo) => string,
  then: (operator: Operator, told: readonly WorkerInfo[]) => Promise<void> = async () => {},
): Promise<void> {
  if ((names.length === 0) !== (options.all === true))
    throw new UsageError(
      options.all ? 'workers are named, and all are meant' : 'which workers is not said',
      'give names, as ks bg workers lists them, or --all',
    )
  await withOperator(options, async operator => {
    const workers = await operator.workers.list()
    const meant = options.all
      ? workers.filter(({ alive }) => alive)
      : await forEach(names, async name => findWorker(name, workers))
    const ids = new Set(await tell(operator, order, meant))
    const told = meant.filter(({ id }) => ids.has(id))
    for (const { id, name } of meant)
      if (!ids.has(id)) say(`${name} is about to stop, and hears nothing else any more`)
    if (meant.length === 0 && options.all) say('no worker is running')
    await then(operator, told)
    if (options.json) printJson({ workers: told.map(({ id, name }) => ({ id, name })) })
    else for (const worker of told) print(line(worker))
  })
}

/** Answers with the ids of those that heard. */
async function tell(
  operator: Operator,
  order: WorkerOrder,
  workers: readonly WorkerInfo[],
): Promise<readonly string[]> {
  if (workers.length === 0) return []
  const target = workers.map(({ name }) => name).join(' ')
  return recorded(operator, { action: `worker.${ACTIONS[order]}`, target }, () =>
    operator.workers.tell(
      workers.map(({ id }) => id),
      order,
    ),
  )
}
