import type { JobState } from '../../background/operator.ts'
import type { Verb } from '../access.ts'
import type { View } from '../pages/page.ts'
import type { Capped } from '../readings/counts.ts'
import { Act } from './act.tsx'
import { Menu } from './menu.tsx'
import { amount } from './numbers.ts'

/** What can be done with several jobs at once, and in which states that means something. */
const ACTIONS: readonly {
  verb: Verb
  action: string
  label: string
  danger?: boolean
  not: readonly JobState[]
}[] = [
  { verb: 'job.retry', action: 'retry', label: 'Retry', not: ['available', 'running'] },
  { verb: 'job.cancel', action: 'cancel', label: 'Cancel', not: ['completed', 'cancelled', 'discarded'] },
  {
    verb: 'job.discard',
    action: 'discard',
    label: 'Discard',
    not: ['running', 'completed', 'cancelled', 'discarded'],
  },
  { verb: 'job.delete', action: 'delete', label: 'Delete', danger: true, not: ['running'] },
]

export interface BulkProps {
  readonly view: View
  readonly state: JobState | undefined
  readonly where: string
  readonly matching: Capped | undefined
}

/** Changes all jobs that match, or those that are ticked. It says how many before it does anything. */
export function BulkBar({ view, state, where, matching }: BulkProps) {
  const { viewer } = view
  const actions = ACTIONS.filter(({ verb, not }) => viewer.may(verb) && !(state && not.includes(state)))
  if (actions.length === 0 || !viewer.may('job.bulk')) return <></>
  const isNarrowed = state !== undefined || where.trim() !== ''
  return (
    <div class="bulk" data-ticked data-narrowed={isNarrowed ? '' : undefined}>
      <Menu title={<Meant matching={matching} />}>
        <Act view={view} to="api/bulk" back="bulk/:id">
          <p>
            This is for <Meant matching={matching} /> in <strong>{view.environment}</strong>. You can watch it
            happen.
          </p>
          <input type="hidden" name="ids" value="" data-ids />
          <input type="hidden" name="q" value={where} />
          <input type="hidden" name="state" value={state ?? ''} />
          <div class="actions">
            {actions.map(({ action, label, danger }) => (
              <button name="action" value={action} class={danger ? 'danger' : undefined}>
                {label}
              </button>
            ))}
          </div>
        </Act>
      </Menu>
    </div>
  )
}

function Meant({ matching }: Pick<BulkProps, 'matching'>) {
  return (
    <>
      <span class="for-all">
        {matching ? `all ${amount(matching.count, 'job', matching.capped)}` : 'all that match'}
      </span>
      <span class="for-some">
        <span data-count>0</span> selected
      </span>
    </>
  )
}
