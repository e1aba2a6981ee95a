import type { Client, WorkerInfo, WorkerOrder } from '../../../../background/operator.ts'
import { forEach } from '../../../each.ts'
import { UsageError } from '../../../errors.ts'
import type { CommonOptions } from '../../../options.ts'
import { print, printJson, say } from '../../../output.ts'
import { withClient } from '../with-client.ts'
import { findWorker } from './find-worker.ts'

export interface OrderOptions extends CommonOptions {
  readonly all?: true
}

/** Tells workers what is wanted of them, and the person at the terminal which ones heard. */
export async function tellWorkers(
  order: WorkerOrder,
  names: readonly string[],
  options: OrderOptions,
  line: (worker: WorkerInfo) => string,
  then: (client: Client, told: readonly WorkerInfo[]) => Promise<void> = async () => {},
): Promise<void> {
  if ((names.length === 0) !== (options.all === true))
    throw new UsageError(
      options.all ? 'workers are named, and all are meant' : 'which workers is not said',
      'give names, as ks bg workers lists them, or --all',
    )
  await withClient(options, async client => {
    const workers = await client.workers.list()
    const meant = options.all
      ? workers.filter(({ alive }) => alive)
      : await forEach(names, async name => findWorker(name, workers))
    const ids = new Set(
      await client.workers.tell(
        meant.map(({ id }) => id),
        order,
      ),
    )
    const told = meant.filter(({ id }) => ids.has(id))
    for (const { id, name } of meant)
      if (!ids.has(id)) say(`${name} is about to stop, and hears nothing else any more`)
    if (meant.length === 0 && options.all) say('no worker is running')
    await then(client, told)
    if (options.json) printJson({ workers: told.map(({ id, name }) => ({ id, name })) })
    else for (const worker of told) print(line(worker))
  })
}
