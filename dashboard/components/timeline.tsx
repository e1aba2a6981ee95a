import { humanDuration } from '../../framework/duration.ts'
import type { Step } from '../readings/timeline.ts'
import { Moment } from './moment.tsx'
import { State } from './state.tsx'

/** The way of a job through its states, with how long it was in each. */
export function Timeline({ steps, now }: { steps: readonly Step[]; now: Date }) {
  return (
    <ol class="panel steps" aria-label="States">
      {steps.map(({ state, at, ms, when }) => (
        <li
          class={state}
          data-now={when === 'now' ? '' : undefined}
          data-ahead={when === 'ahead' ? '' : undefined}
          aria-current={when === 'now' ? 'step' : undefined}
        >
          <State state={state} />
          <span class="small">{at ? <Moment at={at} now={now} /> : when === 'ahead' ? 'not yet' : ''}</span>
          {ms !== undefined && <span class="small">for {humanDuration(ms)}</span>}
        </li>
      ))}
    </ol>
  )
}
