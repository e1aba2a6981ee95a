import type { ClaimedJob } from '../../background/engine/claimed-job.ts'
import type { Engine } from './engine.ts'

/** Jobs in every place where one can be. */
export interface OneOfEach {
  readonly worker: string
  /** One that `worker` has. */
  readonly claimed: ClaimedJob
  readonly running: string
  /** Failed and due again later, due, due in a queue, due later. */
  readonly waiting: readonly string[]
  readonly all: readonly string[]
}

export async function oneOfEach(engine: Engine): Promise<OneOfEach> {
  const worker = await engine.worker()
  const [failed, running] = (await engine.enqueue({ priority: -2 }, { priority: -1 })) as [string, string]
  const [first, second] = (await engine.claim(worker)) as [ClaimedJob, ClaimedJob]
  await engine.fail(worker, [first], { error: '{"message":"no"}' })
  const waiting = [failed, ...(await engine.enqueue({}, { queue: 'q' }, { delay: 3_600_000 }))]
  return { worker, claimed: second, running, waiting, all: [...waiting, running] }
}
