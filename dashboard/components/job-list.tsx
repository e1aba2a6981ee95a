import type { ListedJob } from '../readings/listed-job.ts'
import { JobRow } from './job-row.tsx'
import { type Column, Table } from './table.tsx'

/** What a list of jobs says of each. */
export const JOB_COLUMNS: readonly Column[] = [
  { name: 'Job' },
  { name: 'Queue', class: 'optional' },
  { name: 'Attempt', class: 'number optional' },
  { name: 'State' },
  { name: 'When', class: 'number' },
]

/** A few jobs to look at. */
export function JobList({ jobs, now, label }: { jobs: readonly ListedJob[]; now: Date; label: string }) {
  return (
    <Table columns={JOB_COLUMNS} label={label}>
      {jobs.map(job => (
        <JobRow job={job} now={now} selectable={false} />
      ))}
    </Table>
  )
}
