import type { QueueInfo } from '../../background/operator.ts'
import { Note } from './note.tsx'
import { amount } from './numbers.ts'
import { MOST_COUNTED, queueLink } from './queue-table.tsx'

/** How many jobs of a queue are due or run. */
const leftIn = ({ available, running }: QueueInfo) => available + running

/** The way to see a queue empty itself. How many jobs were left when it began is in the address. */
export function DrainLink({ queue }: { queue: QueueInfo }) {
  if (leftIn(queue) === 0) return <></>
  return (
    <a class="button" href={`${queueLink(queue.name)}?drain=${leftIn(queue)}`}>
      Drain
    </a>
  )
}

/** How far a queue is from being empty, as `ks bg queues drain` tells it; `from`: where it began. */
export function Drain({ queue, from }: { queue: QueueInfo; from: string }) {
  const left = leftIn(queue)
  const jobs = amount(left, 'job', queue.available >= MOST_COUNTED)
  if (left === 0)
    return (
      <Note kind="ok">
        <p class="strong">It is empty: none of its jobs is due, and none runs.</p>
      </Note>
    )
  if (queue.paused)
    return (
      <Note kind="warning">
        <p class="strong">It is paused with {jobs} in it, so it will not empty.</p>
        <p class="soft">Resume it, or cancel what waits.</p>
      </Note>
    )
  const most = Math.max(left, /^\d{1,9}$/.test(from) ? Number(from) : 0)
  return (
    <div class="panel padded stack">
      <progress value={most - left} max={most} aria-label="Drained" />
      <p class="row">
        <span class="strong">{jobs} left</span>
        <span class="faint">Workers go on until it is empty; what is due later is not waited for.</span>
        <a class="linked" href={queueLink(queue.name)}>
          Hide
        </a>
      </p>
    </div>
  )
}
