import { JOB_STATES, type JobState } from '../../background/operator.ts'
import type { Capped } from '../readings/counts.ts'
import { counted } from './numbers.ts'

/** All states with how many jobs are in them; each leads to these. */
export function StateRail(props: {
  state: JobState | undefined
  where: string
  counts: Readonly<Record<JobState, Capped>>
}) {
  const { state, where, counts } = props
  const link = (of?: JobState) => {
    const query = new URLSearchParams({ ...(of && { state: of }), ...(where && { q: where }) })
    return query.size > 0 ? `jobs?${query}` : 'jobs'
  }
  return (
    <nav class="rail" aria-label="States">
      <ul>
        <li>
          <a href={link()} aria-current={state ? undefined : 'true'}>
            All
          </a>
        </li>
        {JOB_STATES.map(one => (
          <li>
            <a href={link(one)} aria-current={state === one ? 'true' : undefined}>
              <span class={`dot ${one}`} />
              {capitalized(one)}
              <span>{counted(counts[one].count, counts[one].capped)}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const capitalized = (word: string) => word.replace(/^./, first => first.toUpperCase())
