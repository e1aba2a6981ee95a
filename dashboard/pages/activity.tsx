import type { Activity, ActivityPage } from '../../background/operator.ts'
import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { Moment } from '../components/moment.tsx'
import { Table } from '../components/table.tsx'
import { Words } from '../components/words.tsx'
import { readActivity } from '../readings/activity.ts'
import { definePage, type View } from './page.ts'

/** Who has done what. */
export const activityPage = definePage<ActivityPage>({
  path: '/activity',
  read: readActivity,
  title: () => 'Activity',
  page: (reading, view) => <Activities reading={reading} view={view} />,
})

function Activities({ reading: { activities, cursor }, view }: { reading: ActivityPage; view: View }) {
  const actor = view.query.get('actor')
  return (
    <>
      <Head
        title="Activity"
        sub={
          actor ? (
            <>
              of <Words>{actor}</Words>
              <a class="linked" href="activity">
                show everybody
              </a>
            </>
          ) : (
            'What people have done here, and what came of it.'
          )
        }
      />
      {activities.length === 0 ? (
        <Empty title="Nobody has done anything yet">
          Retries, pauses and all else that is done here is written down.
        </Empty>
      ) : (
        <Table cards label="Activity" columns={COLUMNS}>
          {activities.map(activity => (
            <Row {...activity} />
          ))}
        </Table>
      )}
      {cursor !== undefined && (
        <p>
          <a href={`activity?${new URLSearchParams({ ...(actor && { actor }), cursor })}`} rel="next">
            Older
          </a>
        </p>
      )}
    </>
  )
}

const COLUMNS = [
  { name: 'Who' },
  { name: 'Did' },
  { name: 'To' },
  { name: 'Outcome', class: 'optional' },
  { name: 'When', class: 'number' },
]

function Row({ id, at, actor, action, target, outcome, answer }: Activity) {
  return (
    <tr data-key={`activity-${id}`}>
      <td>
        <a class="who clip block" href={`activity?${new URLSearchParams({ actor })}`} title={actor}>
          <Words class="strong">{actor}</Words>
        </a>
      </td>
      <td class="nowrap">{action}</td>
      <td class="grow">
        <div class="clip">{target !== undefined && <Target id={id} action={action} target={target} />}</div>
      </td>
      <td class="optional nowrap">
        <span class={outcome === 'failed' ? 'bad' : 'faint'} title={answer && JSON.stringify(answer)}>
          {outcome ?? 'not known'}
        </span>
      </td>
      <td class="number faint">
        <Moment at={at} now={new Date()} />
      </td>
    </tr>
  )
}

/** A job, a queue and so on, with the way to it. */
function Target({ id, action, target }: { id: string; action: string; target: string }) {
  const words = <Words>{/^\d+$/.test(target) ? `#${target}` : target}</Words>
  const href = linkTo({ id, action, target })
  if (href === undefined) return words
  return (
    <a class="linked" href={href}>
      {words}
    </a>
  )
}

/** What was done with many jobs has a page of its own. */
function linkTo({ id, action, target }: { id: string; action: string; target: string }): string | undefined {
  const [room = ''] = action.split('.')
  if (room === 'bulk') return `bulk/${id}`
  const folder = { job: 'jobs', queue: 'queues', cron: 'cron' }[room]
  const isPage = folder !== undefined && (room !== 'job' || /^\d+$/.test(target))
  return isPage ? `${folder}/${encodeURIComponent(target)}` : undefined
}
