import type { Operator, WorkerInfo } from '../../../../background/operator.ts'
import { monotonic, sleep } from '../../../../framework/clock.ts'
import { KretesError } from '../../../../framework/errors.ts'
import { UsageError } from '../../../errors.ts'
import { type OrderOptions, tellWorkers } from './tell-workers.ts'

export interface StopOptions extends OrderOptions {
  readonly wait?: true
  readonly timeout?: number
}

const LOOK_MS = 250

/** What `ks bg workers stop` does. */
export async function runWorkersStop(names: readonly string[], options: StopOptions): Promise<void> {
  const { wait, timeout } = options
  if (timeout !== undefined && !wait)
    throw new UsageError('--timeout says how long to wait, but nobody waits', 'add --wait, or leave it out')
  await tellWorkers(
    'stop',
    names,
    options,
    ({ name }) => `told ${name} to stop`,
    async (operator, told) => {
      if (wait) await untilGone(operator, told, timeout ?? Number.POSITIVE_INFINITY)
    },
  )
}

async function untilGone({ workers }: Operator, told: readonly WorkerInfo[], timeout: number): Promise<void> {
  const since = monotonic()
  for (;;) {
    const there = new Set((await workers.list()).filter(({ alive }) => alive).map(({ id }) => id))
    const left = told.filter(({ id }) => there.has(id))
    if (left.length === 0) return
    if (monotonic() - since >= timeout) throw timedOut(left)
    await sleep(LOOK_MS)
  }
}

function timedOut(left: readonly WorkerInfo[]): KretesError {
  return new KretesError(`still there: ${left.map(({ name }) => name).join(', ')}`, {
    code: 'WAIT_TIMED_OUT',
    hint: 'they let running jobs finish; wait longer, or see which: ks bg list state:running',
  })
}
