import type { JobState } from '../../background/operator.ts'
import type { Verb } from '../access.ts'
import type { View } from '../pages/page.ts'
import type { ShownJob } from '../readings/listed-job.ts'
import { Act, ActButton } from './act.tsx'
import { Field } from './field.tsx'
import { laidOut } from './json.tsx'
import { Menu } from './menu.tsx'

interface Props {
  readonly job: ShownJob
  readonly view: View
}

const FINISHED: readonly JobState[] = ['completed', 'cancelled', 'discarded']

/** What can be done with a job as it stands, what is most likely first. */
export function JobActions({ job, view }: Props) {
  const { id, state, cancelling } = job
  const isFinished = FINISHED.includes(state)
  const isWaiting = !isFinished && state !== 'running'
  const may = (verb: Verb) => view.viewer.may(verb)
  return (
    <>
      {(isFinished || state === 'retryable') && may('job.retry') && (
        <ActButton
          view={view}
          to={`api/jobs/${id}/retry`}
          label="Retry"
          kind={isFailed(state) ? 'primary' : undefined}
          done="it runs again"
        />
      )}
      {state === 'scheduled' && may('job.run') && (
        <ActButton
          view={view}
          to={`api/jobs/${id}/run`}
          label="Run now"
          kind="primary"
          done="it is due now"
        />
      )}
      {!isFinished && !cancelling && may('job.cancel') && (
        <ActButton
          view={view}
          to={`api/jobs/${id}/cancel`}
          label="Cancel"
          done={isWaiting ? 'cancelled' : 'its worker has been told'}
        />
      )}
      {isWaiting && may('job.edit') && <Edit job={job} view={view} />}
      {may('job.replay') && <Replay job={job} view={view} />}
      {state !== 'running' && may('job.delete') && <Delete job={job} view={view} />}
    </>
  )
}

const isFailed = (state: JobState) => state === 'discarded' || state === 'retryable'

function Edit({ job: { id, priority, maxAttempts, queue, payload, runAt }, view }: Props) {
  return (
    <Menu title="Edit" wide>
      <Act view={view} to={`api/jobs/${id}`} method="PATCH" done="changed">
        <Field label="Payload" hint="JSON">
          <textarea name="payload:json" rows={8} spellcheck={false}>
            {laidOut(payload)}
          </textarea>
        </Field>
        <div class="fields two">
          <Field label="Queue" hint="empty for none">
            <input name="queue:null" value={queue ?? ''} />
          </Field>
          <Field label="Due" hint="UTC">
            <input
              name="runAt:date"
              type="datetime-local"
              step="1"
              value={runAt.toISOString().slice(0, 19)}
            />
          </Field>
          <Field label="Priority" hint="lower runs first">
            <input name="priority:number" type="number" value={priority} />
          </Field>
          <Field label="Attempts at most">
            <input name="maxAttempts:number" type="number" min={1} value={maxAttempts} />
          </Field>
        </div>
        <div class="actions">
          <button class="primary">Save</button>
        </div>
      </Act>
    </Menu>
  )
}

function Replay({ job: { id, payload }, view }: Props) {
  return (
    <Menu title="Replay" wide>
      <Act view={view} to={`api/jobs/${id}/replay`} back="jobs/:id" done="scheduled">
        <p class="soft">
          Schedules a new job like this one. It has an id of its own, and this one stays as it is.
        </p>
        <Field label="Payload" hint="JSON">
          <textarea name="payload:json" rows={8} spellcheck={false}>
            {laidOut(payload)}
          </textarea>
        </Field>
        <div class="actions">
          <button class="primary">Schedule a copy</button>
        </div>
      </Act>
    </Menu>
  )
}

function Delete({ job: { id, state }, view }: Props) {
  return (
    <Menu title="Delete">
      <p>
        This job goes without a trace, {FINISHED.includes(state) ? 'out of history' : 'and never runs'}.
        Nobody can bring it back. You are in <strong>{view.environment}</strong>.
      </p>
      <ActButton
        view={view}
        to={`api/jobs/${id}`}
        method="DELETE"
        back="jobs"
        label={`Delete #${id}`}
        kind="danger"
        done="deleted"
      />
    </Menu>
  )
}
