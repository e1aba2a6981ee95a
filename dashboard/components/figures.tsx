import type { Overview } from '../../background/operator.ts'
import { humanDuration } from '../../framework/duration.ts'
import { counted } from './numbers.ts'

/** The numbers that say most; each leads to what it counts. */
export function Figures({ overview }: { overview: Overview }) {
  const { states, more, waited, workers } = overview
  return (
    <div class="panel stats">
      <Figure
        href="jobs?state=available"
        name="Available"
        value={counted(states.available, more.unfinished)}
      />
      <Figure
        href="jobs?state=running"
        name="Running"
        value={counted(states.running)}
        of={` of ${counted(workers.slots)}`}
      />
      <Figure
        href="jobs?state=retryable"
        name="Retryable"
        value={counted(states.retryable, more.unfinished)}
      />
      <Figure
        href="jobs?state=scheduled"
        name="Scheduled"
        value={counted(states.scheduled, more.unfinished)}
      />
      <Figure href="jobs?state=discarded" name="Discarded" value={counted(states.discarded)} />
      <Figure
        href="jobs?state=available"
        name="Longest wait"
        value={waited === undefined ? '–' : humanDuration(waited)}
      />
      <Figure href="workers" name="Workers" value={counted(workers.alive)} />
    </div>
  )
}

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
