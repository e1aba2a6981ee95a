import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { JobList } from '../components/job-list.tsx'
import { Words } from '../components/words.tsx'
import { WorkerTable } from '../components/worker-table.tsx'
import { readWorkers, type WorkerRow, type WorkersReading } from '../readings/workers.ts'
import { definePage, type View } from './page.ts'

/** All workers and what they run. */
export const workersPage = definePage<WorkersReading>({
  path: '/workers',
  read: readWorkers,
  title: () => 'Workers',
  page: ({ workers }, view) => <Workers workers={workers} view={view} />,
})

function Workers({ workers, view }: { workers: readonly WorkerRow[]; view: View }) {
  const now = new Date()
  if (workers.length === 0)
    return (
      <>
        <Head title="Workers" />
        <Empty title="No worker is running">
          Jobs wait. Start one: <code>npx ks bg</code>
        </Empty>
      </>
    )
  return (
    <>
      <Head title="Workers" />
      <WorkerTable workers={workers} view={view} now={now} />
      {workers.map(worker => (
        <Running worker={worker} now={now} />
      ))}
    </>
  )
}

function Running({ worker: { id, name, jobs }, now }: { worker: WorkerRow; now: Date }) {
  if (jobs.length === 0) return <></>
  return (
    <section class="section" id={id} aria-label={`Jobs of ${name}`}>
      <header>
        <h2>
          <Words>{name}</Words> <span class="faint">runs</span>
        </h2>
      </header>
      <JobList jobs={jobs} now={now} label={`Jobs of ${name}`} />
    </section>
  )
}
