import { BulkBar } from '../components/bulk-bar.tsx'
import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { JOB_COLUMNS } from '../components/job-list.tsx'
import { JobRow } from '../components/job-row.tsx'
import { Mistake } from '../components/mistake.tsx'
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
          {reading.mistake ? <Mistake mistake={reading.mistake} /> : <List reading={reading} view={view} />}
        </div>
      </div>
    </>
  ),
})

const TICKED: Column = { name: 'Selected', class: 'scripted', unseen: true }

function List({ reading, view }: { reading: JobsReading; view: View }) {
  const { jobs, cursor, matching, at } = reading
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
          {matching ? amount(matching.count, 'job', matching.capped) : `${jobs.length} on this page`}
        </span>
        <button type="button" class="plain tight" data-news hidden />
        <div class="actions tight">
          <BulkBar {...reading} view={view} />
        </div>
      </div>
      <Rows columns={selectable ? [TICKED, ...JOB_COLUMNS] : JOB_COLUMNS} label="Jobs">
        {jobs.map(job => (
          <JobRow job={job} now={at} selectable={selectable} />
        ))}
      </Rows>
      {(cursor !== undefined || view.query.has('cursor')) && <More cursor={cursor} view={view} />}
    </div>
  )
}

function Nothing({ where, state }: JobsReading) {
  if (where.trim() !== '')
    return (
      <Empty title="No job matches">
        <a href={state ? `jobs?state=${state}` : 'jobs'}>Show all of them</a>
      </Empty>
    )
  return (
    <Empty title={state ? `No ${state} jobs` : 'No jobs'}>
      Schedule one from the page of a <a href="tasks">task</a>.
    </Empty>
  )
}

function More({ cursor, view }: { cursor: string | undefined; view: View }) {
  const linkTo = (value: string | undefined) => {
    const query = new URLSearchParams(view.query)
    query.delete('cursor')
    if (value !== undefined) query.set('cursor', value)
    return query.size > 0 ? `jobs?${query}` : 'jobs'
  }
  return (
    <div class="more">
      {view.query.has('cursor') ? <a href={linkTo(undefined)}>Newest</a> : <span>Newest first</span>}
      {cursor !== undefined && (
        <a class="linked" href={linkTo(cursor)} rel="next">
          Older
        </a>
      )}
    </div>
  )
}
