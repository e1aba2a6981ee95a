import { BulkBar } from '../components/bulk-bar.tsx'
import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { JobRow } from '../components/job-row.tsx'
import { amount } from '../components/numbers.ts'
import { SearchBox } from '../components/search-box.tsx'
import { StateRail } from '../components/state-rail.tsx'
import { type Column, Rows } from '../components/table.tsx'
import { type JobsReading, readJobs } from '../readings/jobs.ts'
import { definePage, type View } from './page.ts'

/** The list of jobs. */
export const jobsPage = definePage<JobsReading>({
  path: '/jobs',
  read: readJobs,
  title: ({ state }) => (state ? `Jobs, ${state}` : 'Jobs'),
  page: (reading, view) => (
    <>
      <Head title="Jobs" />
      <div class="browse">
        <StateRail {...reading} />
        <div class="stack">
          <SearchBox {...reading} />
          <List reading={reading} view={view} />
        </div>
      </div>
    </>
  ),
})

const COLUMNS: readonly Column[] = [
  { name: 'Job' },
  { name: 'Queue', class: 'optional' },
  { name: 'Attempt', class: 'number optional' },
  { name: 'State' },
  { name: 'When', class: 'number' },
]
const TICKED: Column = { name: 'Selected', class: 'scripted', unseen: true }

function List({ reading, view }: { reading: JobsReading; view: View }) {
  const { jobs, cursor, at, matching } = reading
  if (jobs.length === 0 && !cursor) return <Nothing {...reading} />
  const selectable = view.viewer.role === 'write'
  return (
    <div class="panel" data-steady={view.query.toString() || 'all'}>
      <div class="bar">
        {selectable && (
          <label class="check scripted">
            <input type="checkbox" data-all autocomplete="off" />
            <span class="unseen">Select all rows</span>
          </label>
        )}
        <span class="faint">
          {matching ? amount(matching.count, 'job', matching.capped) : `${jobs.length} shown`}
        </span>
        <button type="button" class="plain tight" data-news hidden />
        <div class="actions tight">
          <BulkBar {...reading} view={view} />
        </div>
      </div>
      <Rows columns={selectable ? [TICKED, ...COLUMNS] : COLUMNS} label="Jobs">
        {jobs.map(job => (
          <JobRow job={job} now={at} selectable={selectable} />
        ))}
      </Rows>
      {cursor !== undefined && <More cursor={cursor} view={view} />}
    </div>
  )
}

function Nothing({ where, state }: JobsReading) {
  const isSearch = where.trim() !== ''
  return (
    <Empty title={isSearch ? 'No job matches' : `No ${state ?? ''} jobs`}>
      {isSearch ? (
        <a href={state ? `jobs?state=${state}` : 'jobs'}>Show all of them</a>
      ) : (
        <>
          Schedule one: <code>ks bg schedule SendEmail '{'{ … }'}'</code>, or from the page of a task.
        </>
      )}
    </Empty>
  )
}

function More({ cursor, view }: { cursor: string; view: View }) {
  const next = new URLSearchParams(view.query)
  next.set('cursor', cursor)
  const first = new URLSearchParams(view.query)
  first.delete('cursor')
  return (
    <div class="more">
      {view.query.has('cursor') ? <a href={`jobs?${first}`}>Newest</a> : <span>Newest first</span>}
      <a class="linked" href={`jobs?${next}`} rel="next">
        Older
      </a>
    </div>
  )
}
