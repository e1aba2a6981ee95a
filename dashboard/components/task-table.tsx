import type { TaskOverview } from '../../background/operator.ts'
import { Lasted } from './moment.tsx'
import { counted, percent } from './numbers.ts'
import { Table } from './table.tsx'
import { Words } from './words.tsx'

/** Tasks with how their last jobs went, those that fail most first. */
export function TaskTable({ tasks }: { tasks: readonly TaskOverview[] }) {
  const sorted = [...tasks].sort((a, b) => failing(b) - failing(a) || (b.p95 ?? 0) - (a.p95 ?? 0))
  return (
    <Table
      label="Tasks"
      columns={[
        { name: 'Task' },
        { name: 'Last jobs', class: 'number' },
        { name: 'Failed', class: 'number' },
        { name: 'p50', class: 'number optional' },
        { name: 'p95', class: 'number' },
      ]}
    >
      {sorted.map(task => (
        <tr data-key={`task-${task.task}`}>
          <td class="grow">
            <a class="strong clip block" href={taskLink(task.task)}>
              <Words>{task.task}</Words>
            </a>
          </td>
          <td class="number">{counted(finishedOf(task))}</td>
          <td class="number">
            <FailureRate last={task} />
          </td>
          <td class="number optional">
            <Lasted ms={task.p50} />
          </td>
          <td class="number">
            <Lasted ms={task.p95} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

/** What share of jobs was discarded. */
export function FailureRate({ last }: { last: TaskOverview }) {
  const share = failing(last)
  return <span class={share > 0.2 ? 'bad' : share > 0 ? 'worrying' : 'faint'}>{percent(share)}</span>
}

export function finishedOf({ completed, cancelled, discarded }: TaskOverview): number {
  return completed + cancelled + discarded
}

function failing(task: TaskOverview): number {
  return task.discarded / Math.max(1, finishedOf(task))
}

export function taskLink(name: string): string {
  return `tasks/${encodeURIComponent(name)}`
}
