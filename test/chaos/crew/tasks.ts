import { createRegistry, type Registry } from '../../../background/registry.ts'
import { task } from '../../../background/task.ts'
import type { TaskContext } from '../../../background/task-context.ts'
import type { Recorder } from '../history/recorder.ts'
import { CRON, MAX_ATTEMPTS, type Order, TIMEOUT_MS } from './order.ts'

type Run = (order: Order, context: TaskContext, stopped: Promise<void>) => Promise<void> | void

/** The tasks of a worker process. Each tells when it begins, when its signal stops it, and when it ends. */
export function tasksFor(recorder: Recorder, life: () => string): Registry {
  let runs = 0

  /** A task whose executions are on record. What has been told to stop says nothing more: it is over for it. */
  const recorded = (work: Run) => async (order: Order, context: TaskContext) => {
    const run = ++runs
    const { id: job, queue, attempt, crashes, signal } = context
    recorder.tell({ event: 'began', run, uid: order.uid, job, queue, life: life(), attempt, crashes })
    if (order.calls) process.send?.('called')
    const stopped = new Promise<void>(resolve => {
      signal.addEventListener('abort', () => {
        recorder.tell({ event: 'aborted', run })
        resolve()
      })
    })
    try {
      await work(order, context, stopped)
      if (order.fails >= attempt) throw new Error('as ordered')
      if (!signal.aborted) recorder.tell({ event: 'ended', run, how: 'returned' })
    } catch (error) {
      if (!signal.aborted) recorder.tell({ event: 'ended', run, how: 'threw' })
      throw error
    }
  }

  const Work: Run = ({ ms }, _, stopped) => within(ms, stopped)
  const Hang: Run = () => new Promise<void>(() => {})
  const Block: Run = async ({ ms }) => {
    // what was said to the runner has to get out first
    await new Promise(resolve => setImmediate(resolve))
    recorder.tell({ event: 'blocking', ms })
    const end = performance.now() + ms
    while (performance.now() < end);
  }
  const Kill: Run = ({ uid }) => {
    recorder.tell({ event: 'suicide', uid })
    process.kill(process.pid, 'SIGKILL')
  }
  const Tick = ({ _cron: { ts } }: { _cron: { ts: string } }, { id: job }: TaskContext) =>
    recorder.tell({ event: 'tick', entry: CRON.name, ts, job })

  return createRegistry({
    Work: task({ maxAttempts: MAX_ATTEMPTS, backoff: 300, run: recorded(Work) }),
    Hang: task({ maxAttempts: MAX_ATTEMPTS, backoff: 300, timeout: TIMEOUT_MS, run: recorded(Hang) }),
    Block: recorded(Block),
    Kill: recorded(Kill),
    Tick,
    Limited: () => {},
  })
}

/** Waits so long, or until `stopped`. */
async function within(ms: number, stopped: Promise<void>): Promise<void> {
  if (ms === 0) return
  let timer: NodeJS.Timeout | undefined
  const worked = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([worked, stopped])
  clearTimeout(timer)
}
