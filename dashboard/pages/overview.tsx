import { Charts } from '../components/charts.tsx'
import { Empty } from '../components/empty.tsx'
import { Figures } from '../components/figures.tsx'
import { Head } from '../components/head.tsx'
import { Problems } from '../components/problems.tsx'
import { QueueTable } from '../components/queue-table.tsx'
import { RangeSwitch } from '../components/range-switch.tsx'
import { Section } from '../components/section.tsx'
import { TaskTable } from '../components/task-table.tsx'
import { WorkerTable } from '../components/worker-table.tsx'
import { type OverviewReading, readOverview } from '../readings/overview.ts'
import { definePage, type View } from './page.ts'

/** How everything stands, what is wrong first. */
export const overviewPage = definePage<OverviewReading>({
  path: '/',
  read: readOverview,
  title: () => 'Overview',
  page: (reading, view) => <Overview reading={reading} view={view} />,
})

const MOST_ROWS = 8

function Overview({ reading, view }: { reading: OverviewReading; view: View }) {
  const { problems, overview, range, series, queues, tasks, workers } = reading
  return (
    <>
      <Head title="Overview" actions={<RangeSwitch range={range} path="./" />} />
      <Problems problems={problems} />
      <Figures overview={overview} />
      <Charts series={series} now={overview.at} />
      <div class="pair">
        <Section title="Queues" more={<a href="queues">All queues</a>}>
          {queues.length === 0 ? (
            <Empty title="No queues">A queue is there as soon as a job names it.</Empty>
          ) : (
            <QueueTable queues={queues.slice(0, MOST_ROWS)} now={overview.at} />
          )}
        </Section>
        <Section title="Tasks" more={<a href="tasks">All tasks</a>}>
          {tasks.length === 0 ? (
            <Empty title="Nothing has finished yet">Tasks show up here with how their last jobs went.</Empty>
          ) : (
            <TaskTable tasks={tasks.slice(0, MOST_ROWS)} />
          )}
        </Section>
      </div>
      <Section title="Workers" more={<a href="workers">All workers</a>}>
        {workers.length === 0 ? (
          <Empty title="No worker is running">
            Start one: <code>npx ks bg</code>
          </Empty>
        ) : (
          <WorkerTable workers={workers.slice(0, MOST_ROWS)} view={view} now={overview.at} />
        )}
      </Section>
    </>
  )
}
