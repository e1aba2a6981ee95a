import { CRON } from '../crew/order.ts'
import type { Check } from './check.ts'

/** Each tick of a cron entry became one job: none was left out, whoever was dead then, and none came twice. */
export const cronTicks: Check = ({ audit }) => {
  const ticks = [...audit.ticks].sort((a, b) => a - b)
  return ticks.slice(1).flatMap((tick, index) => {
    const gap = tick - (ticks[index] as number)
    if (gap === CRON.ms) return []
    const when = new Date(tick).toISOString()
    return [
      {
        what: gap === 0 ? `the tick of ${when} came twice` : `no tick in the ${gap} ms before ${when}`,
        about: [],
      },
    ]
  })
}
