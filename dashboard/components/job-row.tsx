import type { ListedJob } from '../readings/listed-job.ts'
import { Moment } from './moment.tsx'
import { ErrorLine } from './stack.tsx'
import { State } from './state.tsx'
import { Words } from './words.tsx'

/** A line has no room for more. */
const PREVIEW = 300

/** A job in a list: what it is, what went wrong or what it was given, and the time that matters in its state. */
export function JobRow({ job, now, selectable }: { job: ListedJob; now: Date; selectable: boolean }) {
  const { id, task, queue, state, attempt, maxAttempts } = job
  return (
    <tr class="job-row" data-key={`job-${id}`}>
      {selectable && (
        <td class="scripted">
          <input type="checkbox" value={id} aria-label={`Select #${id}`} autocomplete="off" />
        </td>
      )}
      <td class="grow">
        <div class="what">
          <div class="name">
            <a class="clip" href={`jobs/${id}`}>
              <Words>{task}</Words>
            </a>
            <span class="faint small id">#{id}</span>
          </div>
          <Detail job={job} />
        </div>
      </td>
      <td class="optional">
        {queue !== undefined && (
          <a class="badge" href={`queues/${encodeURIComponent(queue)}`}>
            <Words class="clip">{queue.slice(0, 40)}</Words>
          </a>
        )}
      </td>
      <td class="number optional faint">
        {attempt}
        {maxAttempts !== undefined && `/${maxAttempts}`}
      </td>
      <td>
        <State state={state} />
      </td>
      <td class="number faint">
        <Moment at={timeThatMatters(job)} now={now} />
      </td>
    </tr>
  )
}

function Detail({ job: { error, preview, state } }: { job: ListedJob }) {
  if (error && state !== 'completed')
    return (
      <div class={`detail clip${state === 'cancelled' ? '' : ' bad'}`}>
        <ErrorLine error={error} />
      </div>
    )
  return (
    <div class="detail clip">
      <code>
        <Words>{preview.slice(0, PREVIEW)}</Words>
      </code>
    </div>
  )
}

/** When it ended, since when it runs, or when it is due. */
function timeThatMatters({ finishedAt, claimedAt, runAt }: ListedJob): Date {
  return finishedAt ?? claimedAt ?? runAt
}
