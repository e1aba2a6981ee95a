import type { Activity } from '../../background/operator.ts'
import type { Verb } from '../access.ts'
import { readBulk } from '../api/bulk.ts'
import { Act, ActButton } from '../components/act.tsx'
import { BulkProgress, type Progress } from '../components/bulk-progress.tsx'
import { Head } from '../components/head.tsx'
import { Moment } from '../components/moment.tsx'
import { Note } from '../components/note.tsx'
import { Words } from '../components/words.tsx'
import { definePage, type View } from './page.ts'

/** Something that is done with many jobs, while it is done and after. */
export const bulkPage = definePage<Activity>({
  path: '/bulk/:id',
  read: readBulk,
  title: ({ action }) => titleOf(action),
  page: (activity, view) => <Bulk activity={activity} view={view} />,
})

/** Whoever does it says so every second or two; after so long a silence it has ended with its process. */
const SILENCE_MS = 60_000

function Bulk({ activity, view }: { activity: Activity; view: View }) {
  const { id, actor, action, target, at, toldAt = at, outcome, answer = {} } = activity
  const progress = answer as Progress
  const isSilent = outcome === undefined && Date.now() - toldAt.getTime() > SILENCE_MS
  const may = view.viewer.may('job.bulk')
  return (
    <>
      <Head
        above={<a href="activity">Activity</a>}
        title={titleOf(action)}
        actions={
          may &&
          outcome === undefined &&
          !isSilent && <ActButton view={view} to={`api/bulk/${id}/stop`} label="Stop" done="it stops" />
        }
        sub={
          <>
            <span class={outcome === 'failed' ? 'bad' : ''}>
              {outcome ?? (isSilent ? 'not heard of any more' : 'in progress')}
            </span>
            <span>
              <Words>{actor}</Words>, <Moment at={at} now={new Date()} />
            </span>
            {target !== undefined && <Words class="mono small">{target}</Words>}
          </>
        }
      />
      {outcome === 'failed' && (
        <Note kind="problem">
          <Words>{progress.message ?? 'it did not get to its end'}</Words>
        </Note>
      )}
      <BulkProgress progress={progress} />
      {outcome !== 'done' && (
        <p class="soft">
          It is done by the process that was asked, and ends with it. What is done stays done; done again, it
          goes on with what still matches.
        </p>
      )}
      {may && (isSilent || outcome === 'failed' || outcome === 'stopped') && (
        <Again activity={activity} view={view} />
      )}
      {target !== undefined && (
        <p>
          <a href="jobs">All jobs</a>
        </p>
      )}
    </>
  )
}

/** What was asked for is asked for once more; of what was to be forgotten nobody knows what it was. */
function Again({ activity: { action, details }, view }: { activity: Activity; view: View }) {
  if (!details || !view.viewer.may(`job.${verbOf(action)}` as Verb)) return <></>
  return (
    <Act view={view} to="api/bulk" back="bulk/:id">
      {Object.entries(details).map(([name, value]) => (
        <input type="hidden" name={name} value={String(value ?? '')} />
      ))}
      <button class="primary">Go on with it</button>
    </Act>
  )
}

const verbOf = (action: string) => action.replace('bulk.', '')

/** `bulk.retry` → `Retry of many jobs` */
function titleOf(action: string): string {
  const verb = verbOf(action)
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} of many jobs`
}
