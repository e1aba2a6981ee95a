import type { WorkerInfo } from '../../background/operator.ts'
import type { View } from '../pages/page.ts'
import { ActButton } from './act.tsx'
import { Menu } from './menu.tsx'
import { Meter } from './meter.tsx'
import { Moment } from './moment.tsx'
import { bytes } from './numbers.ts'
import { Table } from './table.tsx'
import { Words } from './words.tsx'

/** How long a lease is; it was last extended so long before its end. */
const LEASE_MS = 8_000

/** A loop that is held up for longer keeps other jobs of the worker waiting. */
const LONG_DELAY_MS = 200

/** Workers with where they are and what they have to do. */
export function WorkerTable({
  workers,
  view,
  now,
}: {
  workers: readonly WorkerInfo[]
  view: View
  now: Date
}) {
  return (
    <Table
      cards
      label="Workers"
      columns={[
        { name: 'Worker' },
        { name: 'Slots', class: 'number' },
        { name: 'Taken', class: 'optional' },
        { name: 'Tasks', class: 'number optional' },
        { name: 'Memory', class: 'number' },
        { name: 'Event loop', class: 'number' },
        { name: 'Version', class: 'optional' },
        { name: 'Started', class: 'number optional' },
        { name: 'Last seen', class: 'number' },
        { name: 'Status', class: 'end' },
        { name: 'Actions', class: 'end', unseen: true },
      ]}
    >
      {workers.map(worker => (
        <Row worker={worker} view={view} now={now} />
      ))}
    </Table>
  )
}

function Row({ worker, view, now }: { worker: WorkerInfo; view: View; now: Date }) {
  const { id, name, host, pid, version, concurrency, tasks, startedAt, leaseUntil, claimed } = worker
  const { memory, delay } = worker
  return (
    <tr data-key={`worker-${id}`}>
      <td class="grow">
        <a class="strong clip block" href={`workers#${id}`}>
          <Words>{name}</Words>
        </a>
        <div class="faint small clip">
          <Words>{host}</Words>, process {pid}
        </div>
      </td>
      <td class="number" data-name="Slots">
        {claimed}
        <span class="faint"> / {concurrency}</span>
      </td>
      <td class="optional meter-cell">
        <Meter value={claimed} most={concurrency} label={`${claimed} of ${concurrency} slots taken`} />
      </td>
      <td class="number optional" title={tasks.join(', ')}>
        {tasks.length}
      </td>
      <td class="number" data-name="Memory">
        {memory !== undefined && bytes(memory)}
      </td>
      <td
        class="number"
        data-name="Event loop"
        title="how long it was held up at most, between its last two heartbeats"
      >
        {delay !== undefined && <span class={delay >= LONG_DELAY_MS ? 'bad' : ''}>{delay} ms</span>}
      </td>
      <td class="optional faint">{version}</td>
      <td class="number optional faint">
        <Moment at={startedAt} now={now} />
      </td>
      <td class="number faint" data-name="Seen">
        <Moment at={new Date(leaseUntil.getTime() - LEASE_MS)} now={now} />
      </td>
      <td class="end">
        <WorkerStatus worker={worker} />
      </td>
      <td class="end tight">
        <WorkerMenu worker={worker} view={view} />
      </td>
    </tr>
  )
}

export function WorkerStatus({ worker: { alive, told } }: { worker: WorkerInfo }) {
  if (!alive) return <span class="badge red">lost</span>
  if (told === 'stop') return <span class="badge amber">stopping</span>
  if (told === 'quiet') return <span class="badge amber">quiet</span>
  return (
    <span class="state">
      <span class="dot completed" />
      working
    </span>
  )
}

/** What a worker can be told. */
export function WorkerMenu({ worker: { id, name, alive, told }, view }: { worker: WorkerInfo; view: View }) {
  const { viewer } = view
  if (!alive || told === 'stop') return <></>
  const to = (order: string) => `api/workers/${encodeURIComponent(id)}/${order}`
  return (
    <div class="row nowrap">
      {told === 'quiet'
        ? viewer.may('worker.resume') && (
            <ActButton view={view} to={to('resume')} label="Resume" done="it takes jobs again" />
          )
        : viewer.may('worker.quiet') && (
            <ActButton
              view={view}
              to={to('quiet')}
              label="Quiet"
              title="Takes no more jobs, ends those it has"
              done="it takes no more jobs"
            />
          )}
      {viewer.may('worker.stop') && (
        <Menu title="Stop" label={`Stop ${name}`}>
          <p>
            <Words>{name}</Words> ends as it would on SIGTERM: jobs that do not finish within its grace time
            go to other workers. Whatever keeps it running, such as Kubernetes, may start it again.
          </p>
          <ActButton view={view} to={to('stop')} label="Stop this worker" kind="danger" done="it ends" />
        </Menu>
      )}
    </div>
  )
}
