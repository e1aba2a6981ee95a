import type { QueueInfo } from '../../background/operator.ts'
import { Meter } from './meter.tsx'
import { Lasted, Moment } from './moment.tsx'
import { counted } from './numbers.ts'
import { Table } from './table.tsx'
import { Words } from './words.tsx'

/** Counting goes no further; see the engine's list of queues. */
export const MOST_COUNTED = 10_000

/** Queues with what waits in them and how much of them is taken. */
export function QueueTable({ queues, now }: { queues: readonly QueueInfo[]; now: Date }) {
  return (
    <Table
      label="Queues"
      columns={[
        { name: 'Queue' },
        { name: 'Due', class: 'number' },
        { name: 'Running', class: 'number' },
        { name: 'Wait', class: 'number optional' },
        { name: 'Taken', class: 'optional' },
        { name: 'Status', class: 'end' },
      ]}
    >
      {queues.map(queue => (
        <Row queue={queue} now={now} />
      ))}
    </Table>
  )
}

function Row({ queue, now }: { queue: QueueInfo; now: Date }) {
  const { name, concurrency, available, running, waited, paused } = queue
  return (
    <tr data-key={`queue-${name}`}>
      <td class="grow">
        <a class="strong clip block" href={queueLink(name)}>
          <Words>{name}</Words>
        </a>
      </td>
      <td class="number">{counted(available, available >= MOST_COUNTED)}</td>
      <td class="number">
        {counted(running)}
        <span class="faint"> / {counted(concurrency)}</span>
      </td>
      <td class="number optional" title="for how long the job has been due that comes next">
        <Lasted ms={waited} />
      </td>
      <td class="optional meter-cell">
        <Meter value={running} most={concurrency} label={`${running} of ${concurrency} taken`} />
      </td>
      <td class="end">
        {paused ? (
          <span class="badge amber">
            paused <Moment at={paused.at} now={now} />
          </span>
        ) : (
          <span class="faint">open</span>
        )}
      </td>
    </tr>
  )
}

export function queueLink(name: string): string {
  return `queues/${encodeURIComponent(name)}`
}
