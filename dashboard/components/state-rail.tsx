import { JOB_STATES, type JobState } from '../../background/operator.ts'
import { counted } from './numbers.ts'

/** How many jobs there are of each kind, and whether that was all of them. */
export interface StateCount {
  readonly count: number
  readonly capped: boolean
}

/** All states with how many jobs are in them; each leads to these. */
export function StateRail(props: {
  state: JobState | undefined
  where: string
  counts: Readonly<Record<JobState, StateCount>> | undefined
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
              <span>{counts && counted(counts[one].count, counts[one].capped)}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const capitalized = (word: string) => word.replace(/^./, first => first.toUpperCase())
