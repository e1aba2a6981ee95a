import { type JobsReading, readJobs } from '../readings/jobs.ts'
import { definePage, type View } from './page.ts'

/** The list of jobs. */
export const jobsPage = definePage<JobsReading>({
  path: '/jobs',
  read: readJobs,
  title: ({ state }) => (state ? `Jobs, ${state}` : 'Jobs'),
  page: (reading, view) => <Jobs reading={reading} view={view} />,
})

function Jobs({ reading: { jobs, cursor, where }, view }: { reading: JobsReading; view: View }) {
  const next = new URLSearchParams(view.query)
  if (cursor !== undefined) next.set('cursor', cursor)
  return (
    <>
      <h1>Jobs</h1>
      <form action="jobs">
        <input name="q" value={where} aria-label="Search" />
      </form>
      <table>
        <thead>
          <tr>
            <th>id</th>
            <th>task</th>
            <th>state</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map(({ id, task, state }) => (
            <tr>
              <td>
                <a href={`jobs/${id}`}>{id}</a>
              </td>
              <td>{task}</td>
              <td>{state}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {cursor !== undefined && <a href={`jobs?${next}`}>older</a>}
    </>
  )
}
