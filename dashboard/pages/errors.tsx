import { Act } from '../components/act.tsx'
import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { Menu } from '../components/menu.tsx'
import { Moment } from '../components/moment.tsx'
import { amount, counted } from '../components/numbers.ts'
import { Table } from '../components/table.tsx'
import { taskLink } from '../components/task-table.tsx'
import { Words } from '../components/words.tsx'
import { type ErrorsReading, readErrors, type ShownGroup } from '../readings/errors.ts'
import { definePage, type View } from './page.ts'

/** Errors that are the same, together. */
export const errorsPage = definePage<ErrorsReading>({
  path: '/errors',
  read: readErrors,
  title: () => 'Errors',
  page: ({ groups }, view) => (
    <>
      <Head
        title="Errors"
        sub="Of jobs that were discarded lately or will be tried again, the same ones together."
      />
      {groups.length === 0 ? (
        <Empty title="No errors">Nothing was discarded lately, and nothing waits to be tried again.</Empty>
      ) : (
        <Table cards label="Errors" columns={COLUMNS}>
          {groups.map(group => (
            <Group group={group} view={view} />
          ))}
        </Table>
      )}
    </>
  ),
})

const COLUMNS = [
  { name: 'Error' },
  { name: 'Tasks', class: 'optional' },
  { name: 'Jobs', class: 'number' },
  { name: 'Tried again', class: 'number optional' },
  { name: 'First', class: 'number optional' },
  { name: 'Last', class: 'number' },
  { name: 'Actions', class: 'end', unseen: true },
]

function Group({ group, view }: { group: ShownGroup; view: View }) {
  const { fingerprint, name, message, frame, count, retryable, firstSeen, lastSeen, tasks, query } = group
  const now = new Date()
  return (
    <tr data-key={fingerprint}>
      <td class="grow">
        <a class="clip block" href={`jobs?${new URLSearchParams({ q: query })}`}>
          <Words class="strong">{name}</Words>: <Words>{message.split('\n')[0] ?? ''}</Words>
        </a>
        {frame !== undefined && (
          <div class="faint small mono clip">
            <Words>{frame.trim()}</Words>
          </div>
        )}
      </td>
      <td class="optional">
        <div class="tags">
          {tasks.slice(0, 2).map(task => (
            <a class="badge" href={taskLink(task)}>
              <Words class="clip">{task}</Words>
            </a>
          ))}
          {tasks.length > 2 && <span class="faint small">and {tasks.length - 2} more</span>}
        </div>
      </td>
      <td class="number" data-name="Jobs">
        {counted(count)}
      </td>
      <td class="number optional">{counted(retryable)}</td>
      <td class="number optional faint">
        <Moment at={firstSeen} now={now} />
      </td>
      <td class="number faint" data-name="Last">
        <Moment at={lastSeen} now={now} />
      </td>
      <td class="end tight">
        <Actions group={group} view={view} />
      </td>
    </tr>
  )
}

function Actions({ group: { count, query, name }, view }: { group: ShownGroup; view: View }) {
  const { viewer } = view
  const mayAct = viewer.may('job.retry') || viewer.may('job.discard')
  if (!mayAct || !viewer.may('job.bulk')) return <></>
  return (
    <Menu title="Act" label={`Act on jobs with ${name}`}>
      <Act view={view} to="api/bulk" back="bulk/:id">
        <p>
          This is for all jobs that match <code>{query}</code>, about {amount(count, 'job')}, in{' '}
          <strong>{view.environment}</strong>.
        </p>
        <input type="hidden" name="q" value={query} />
        <div class="actions">
          {viewer.may('job.retry') && (
            <button class="primary" name="action" value="retry">
              Retry
            </button>
          )}
          {viewer.may('job.discard') && (
            <button class="danger" name="action" value="discard">
              Discard
            </button>
          )}
        </div>
      </Act>
    </Menu>
  )
}
