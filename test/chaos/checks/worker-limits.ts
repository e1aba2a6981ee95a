import { CONCURRENCY } from '../crew/order.ts'
import { groupedBy } from '../history/grouped.ts'
import type { Check } from './check.ts'

/** A worker runs no more jobs at once than it was told to. */
export const workerLimits: Check = ({ attempts }) =>
  [...groupedBy(attempts, ({ process }) => process)].flatMap(([process, ofProcess]) => {
    let running: typeof ofProcess = []
    for (const attempt of ofProcess) {
      running = [...running.filter(({ ended }) => ended > attempt.began), attempt]
      if (running.length > CONCURRENCY)
        return [
          { what: `${process} ran ${running.length} jobs at once`, at: attempt.began, about: [process] },
        ]
    }
    return []
  })
