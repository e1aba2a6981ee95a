import type { Overview } from '../../background/operator.ts'
import { humanDuration } from '../../framework/duration.ts'
import { type Capped, countsOf } from '../readings/counts.ts'
import { counted } from './numbers.ts'

/** The numbers that say most; each leads to what it counts. */
export function Figures({ overview }: { overview: Overview }) {
  const { waited, workers } = overview
  const { available, running, retryable, scheduled, discarded } = countsOf(overview)
  return (
    <div class="panel stats">
      <Figure href="jobs?state=available" name="Available" value={shown(available)} />
      <Figure
        href="jobs?state=running"
        name="Running"
        value={shown(running)}
        of={` of ${counted(workers.slots)}`}
      />
      <Figure href="jobs?state=retryable" name="Retryable" value={shown(retryable)} />
      <Figure href="jobs?state=scheduled" name="Scheduled" value={shown(scheduled)} />
      <Figure href="jobs?state=discarded" name="Discarded" value={shown(discarded)} />
      <Figure
        href="jobs?state=available"
        name="Longest wait"
        value={waited === undefined ? '–' : humanDuration(waited)}
      />
      <Figure href="workers" name="Workers" value={counted(workers.alive)} />
    </div>
  )
}

const shown = ({ count, capped }: Capped) => counted(count, capped)

function Figure({ href, name, value, of }: { href: string; name: string; value: string; of?: string }) {
  return (
    <a href={href}>
      <span class="faint">{name}</span>
      <span>
        <b>{value}</b>
        {of && <span class="faint">{of}</span>}
      </span>
    </a>
  )
}
