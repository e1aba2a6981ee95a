import { Attempts } from '../components/attempts.tsx'
import { Commands } from '../components/commands.tsx'
import { CopyButton } from '../components/copy.tsx'
import { Head } from '../components/head.tsx'
import { JobActions } from '../components/job-actions.tsx'
import { JobFacts } from '../components/job-facts.tsx'
import { JobLinks } from '../components/job-links.tsx'
import { Json } from '../components/json.tsx'
import { Section, TitledPanel } from '../components/section.tsx'
import { Stack } from '../components/stack.tsx'
import { State } from '../components/state.tsx'
import { Timeline } from '../components/timeline.tsx'
import { Why } from '../components/why.tsx'
import { Words } from '../components/words.tsx'
import { type JobReading, readJob } from '../readings/job.ts'
import { definePage, type View } from './page.ts'

/** Everything about one job. */
export const jobPage = definePage<JobReading>({
  path: '/jobs/:id',
  read: readJob,
  title: ({ job }) => `#${job.id} ${job.task}`,
  page: (reading, view) => <JobPage reading={reading} view={view} />,
})

function JobPage({ reading, view }: { reading: JobReading; view: View }) {
  const { job, reasons, timeline, logs } = reading
  const { id, task, state, error, payload, result, cancelling } = job
  const now = new Date()
  return (
    <>
      <Head
        above={
          <>
            <a href="jobs">Jobs</a> / #{id}
          </>
        }
        title={<Words>{task}</Words>}
        sub={
          <>
            <State state={state} />
            {cancelling && <span class="badge amber">told to stop</span>}
            <span class="row">
              #{id}
              <CopyButton text={id} label="Copy the id" />
            </span>
          </>
        }
        actions={<JobActions job={job} view={view} />}
      />
      <Timeline steps={timeline} now={now} />
      <Why reasons={reasons} />
      <div class="columns">
        <div>
          {error && (
            <TitledPanel title={state === 'cancelled' ? 'Why it was cancelled' : 'Error'}>
              <Stack error={error} />
            </TitledPanel>
          )}
          <TitledPanel title="Payload" actions={<CopyButton text={payload} label="Copy the payload" />}>
            <Json text={payload} />
          </TitledPanel>
          {result !== undefined && (
            <TitledPanel title="Result" actions={<CopyButton text={result} label="Copy the result" />}>
              <Json text={result} />
            </TitledPanel>
          )}
          <Attempts job={job} logs={logs} />
        </div>
        <div>
          <JobFacts job={job} now={now} />
          <JobLinks job={job} view={view} />
          <Section title="In a terminal">
            <Commands job={job} />
          </Section>
        </div>
      </div>
    </>
  )
}
