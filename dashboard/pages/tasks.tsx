import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { Lasted } from '../components/moment.tsx'
import { counted } from '../components/numbers.ts'
import { Table } from '../components/table.tsx'
import { FailureRate, finishedOf, taskLink } from '../components/task-table.tsx'
import { Words } from '../components/words.tsx'
import { readTasks, type TaskRow, type TasksReading } from '../readings/tasks.ts'
import { definePage } from './page.ts'

/** All tasks that anybody knows of. */
export const tasksPage = definePage<TasksReading>({
  path: '/tasks',
  read: readTasks,
  title: () => 'Tasks',
  page: ({ tasks }) => (
    <>
      <Head title="Tasks" sub="Latency and failures are those of the last 10,000 finished jobs." />
      {tasks.length === 0 ? (
        <Empty title="No tasks">
          A task is a file in <code>tasks/</code>. <code>npx ks bg new SendInvoice</code> writes one.
        </Empty>
      ) : (
        <Table label="Tasks" columns={COLUMNS}>
          {tasks.map(task => (
            <Row {...task} />
          ))}
        </Table>
      )}
    </>
  ),
})

const COLUMNS = [
  { name: 'Task' },
  { name: 'Workers', class: 'number' },
  { name: 'Last jobs', class: 'number optional' },
  { name: 'Failed', class: 'number' },
  { name: 'p50', class: 'number optional' },
  { name: 'p95', class: 'number' },
  { name: 'p99', class: 'number optional' },
]

function Row({ name, file, workers, last }: TaskRow) {
  return (
    <tr data-key={`task-${name}`}>
      <td class="grow">
        <a class="strong clip block" href={taskLink(name)}>
          <Words>{name}</Words>
        </a>
        {file !== undefined && (
          <div class="faint small clip">
            <Words>{file}</Words>
          </div>
        )}
      </td>
      <td class="number">{workers === 0 ? <span class="badge amber">none</span> : workers}</td>
      <td class="number optional">{last ? counted(finishedOf(last)) : <span class="faint">–</span>}</td>
      <td class="number">{last ? <FailureRate last={last} /> : <span class="faint">–</span>}</td>
      <td class="number optional">
        <Lasted ms={last?.p50} />
      </td>
      <td class="number">
        <Lasted ms={last?.p95} />
      </td>
      <td class="number optional">
        <Lasted ms={last?.p99} />
      </td>
    </tr>
  )
}
