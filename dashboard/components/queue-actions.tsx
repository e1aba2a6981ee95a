import type { QueueInfo } from '../../background/operator.ts'
import type { View } from '../pages/page.ts'
import { Act, ActButton } from './act.tsx'
import { DrainLink } from './drain.tsx'
import { Field } from './field.tsx'
import { Menu } from './menu.tsx'
import { amount } from './numbers.ts'
import { queueLink } from './queue-table.tsx'

interface Props {
  readonly queue: QueueInfo
  readonly view: View
}

/** What can be done with a queue as it stands. */
export function QueueActions({ queue, view }: Props) {
  const { viewer } = view
  const to = `api/${queueLink(queue.name)}`
  return (
    <>
      {queue.paused
        ? viewer.may('queue.resume') && (
            <ActButton view={view} to={`${to}/resume`} label="Resume" kind="primary" done="it goes on" />
          )
        : viewer.may('queue.pause') && <Pause view={view} to={to} />}
      <DrainLink queue={queue} />
      {viewer.may('queue.limit') && <Limit queue={queue} view={view} />}
      {viewer.may('queue.cancel') && <CancelWaiting queue={queue} view={view} />}
    </>
  )
}

function Pause({ view, to }: { view: View; to: string }) {
  return (
    <Menu title="Pause">
      <Act view={view} to={`${to}/pause`} done="paused">
        <Field label="Reason" hint="for whoever wonders later; may be left out">
          <input name="reason:optional" maxlength={1_000} placeholder="the provider is down" />
        </Field>
        <p class="soft">No more of its jobs start. Those that run end, and new ones can be scheduled.</p>
        <div class="actions">
          <button class="primary">Pause the queue</button>
        </div>
      </Act>
    </Menu>
  )
}

function Limit({ queue: { name, concurrency }, view }: Props) {
  return (
    <Menu title="Limit">
      <Act view={view} to={`api/${queueLink(name)}`} method="PATCH" done="changed">
        <Field label="Jobs at a time" hint="A worker that starts sets what its configuration says.">
          <input name="concurrency:number" type="number" min={1} max={32_767} value={concurrency} required />
        </Field>
        <div class="actions">
          <button class="primary">Save</button>
        </div>
      </Act>
    </Menu>
  )
}

function CancelWaiting({ queue: { name, available }, view }: Props) {
  return (
    <Menu title="Cancel waiting">
      <p>
        Everything that waits in this queue is cancelled, {amount(available, 'due job')} and those that are
        due later. What runs goes on. You are in <strong>{view.environment}</strong>.
      </p>
      <ActButton
        view={view}
        to={`api/${queueLink(name)}/cancel-waiting`}
        back="bulk/:id"
        label="Cancel what waits"
        kind="danger"
      />
    </Menu>
  )
}
