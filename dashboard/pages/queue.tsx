import { Drain } from '../components/drain.tsx'
import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { quoted } from '../components/job-facts.tsx'
import { JobList } from '../components/job-list.tsx'
import { Lasted, Moment } from '../components/moment.tsx'
import { Note } from '../components/note.tsx'
import { counted } from '../components/numbers.ts'
import { QueueActions } from '../components/queue-actions.tsx'
import { MOST_COUNTED } from '../components/queue-table.tsx'
import { Section } from '../components/section.tsx'
import { Words } from '../components/words.tsx'
import { type QueueReading, readQueue } from '../readings/queues.ts'
import { definePage, type View } from './page.ts'

/** One queue and what is in it. */
export const queuePage = definePage<QueueReading>({
  path: '/queues/:name',
  read: readQueue,
  title: ({ queue }) => `Queue ${queue.name}`,
  page: (reading, view) => <Queue reading={reading} view={view} />,
})

function Queue({ reading: { queue, running, jobs }, view }: { reading: QueueReading; view: View }) {
  const { name, concurrency, available, waited, paused } = queue
  const drain = view.query.get('drain')
  const now = new Date()
  const inQueue = (state: string) =>
    `jobs?${new URLSearchParams({ ...(state && { state }), q: `queue:${quoted(name)}` })}`
  return (
    <>
      <Head
        above={<a href="queues">Queues</a>}
        title={<Words>{name}</Words>}
        actions={<QueueActions queue={queue} view={view} />}
      />
      {paused && (
        <Note kind="warning">
          <p class="strong">
            Paused <Moment at={paused.at} now={now} />
            {paused.by !== undefined && (
              <>
                {' '}
                by <Words>{paused.by}</Words>
              </>
            )}
          </p>
          {paused.reason !== undefined && <Words>{paused.reason}</Words>}
        </Note>
      )}
      {drain !== null && <Drain queue={queue} from={drain} />}
      <div class="panel stats">
        <a href={inQueue('available')}>
          <span class="faint">Due</span>
          <b>{counted(available, available >= MOST_COUNTED)}</b>
        </a>
        <a href={inQueue('available')}>
          <span class="faint">Wait</span>
          <b>
            <Lasted ms={waited} />
          </b>
        </a>
        <a href={inQueue('running')}>
          <span class="faint">Running</span>
          <b>{counted(queue.running)}</b>
        </a>
        <div>
          <span class="faint">At a time</span>
          <b>{counted(concurrency)}</b>
        </div>
      </div>
      {running.length > 0 && (
        <Section title="Running">
          <JobList jobs={running} now={now} label="Running" />
        </Section>
      )}
      <Section title="Newest jobs" more={<a href={inQueue('')}>All its jobs</a>}>
        {jobs.length === 0 ? (
          <Empty title="No job has named this queue" />
        ) : (
          <JobList jobs={jobs} now={now} label="Newest jobs" />
        )}
      </Section>
    </>
  )
}
