import type { Activity } from '../../background/operator.ts'
import { readBulk } from '../api/bulk.ts'
import { BulkProgress, type Progress } from '../components/bulk-progress.tsx'
import { Head } from '../components/head.tsx'
import { Moment } from '../components/moment.tsx'
import { Note } from '../components/note.tsx'
import { Words } from '../components/words.tsx'
import { definePage } from './page.ts'

/** Something that is done with many jobs, while it is done and after. */
export const bulkPage = definePage<Activity>({
  path: '/bulk/:id',
  read: readBulk,
  title: ({ action }) => titleOf(action),
  page: activity => <Bulk {...activity} />,
})

function Bulk({ actor, action, target, at, outcome, answer = {} }: Activity) {
  const progress = answer as Progress
  return (
    <>
      <Head
        above={<a href="activity">Activity</a>}
        title={titleOf(action)}
        sub={
          <>
            <span class={outcome === 'failed' ? 'bad' : ''}>{outcome ?? 'in progress'}</span>
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
      {target !== undefined && (
        <p>
          <a href="jobs">All jobs</a>
        </p>
      )}
    </>
  )
}

/** `bulk.retry` → `Retry of many jobs` */
function titleOf(action: string): string {
  const verb = action.replace('bulk.', '')
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} of many jobs`
}
