import { CronSwitch, cronLink } from '../components/cron-actions.tsx'
import { AddCron } from '../components/cron-form.tsx'
import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { Moment } from '../components/moment.tsx'
import { Outcomes } from '../components/outcomes.tsx'
import { Table } from '../components/table.tsx'
import { Words } from '../components/words.tsx'
import { type CronRow, type CronsReading, readCrons } from '../readings/crons.ts'
import { definePage, type View } from './page.ts'

/** All cron entries. */
export const cronsPage = definePage<CronsReading>({
  path: '/cron',
  read: readCrons,
  title: () => 'Cron',
  page: ({ crons, tasks }, view) => (
    <>
      <Head title="Cron" actions={view.viewer.may('cron.edit') && <AddCron tasks={tasks} view={view} />} />
      {crons.length === 0 ? (
        <Empty title="No cron entries">
          Give a task one:{' '}
          <code>
            task({'{'} cron: '0 8 * * MON-FRI', … {'}'})
          </code>
        </Empty>
      ) : (
        <Table cards label="Cron entries" columns={COLUMNS}>
          {crons.map(cron => (
            <Row cron={cron} view={view} />
          ))}
        </Table>
      )}
    </>
  ),
})

const COLUMNS = [
  { name: 'Entry' },
  { name: 'When' },
  { name: 'Last jobs', class: 'optional' },
  { name: 'Next', class: 'number' },
  { name: 'From', class: 'optional' },
  { name: 'Actions', class: 'end', unseen: true },
]

function Row({ cron, view }: { cron: CronRow; view: View }) {
  const { name, task, expression, timeZone, source, pausedAt, next, last } = cron
  return (
    <tr data-key={`cron-${name}`}>
      <td class="grow">
        <a class="strong clip block" href={cronLink(name)}>
          <Words>{name}</Words>
        </a>
        {task !== name && (
          <div class="faint small clip">
            <Words>{task}</Words>
          </div>
        )}
      </td>
      <td class="nowrap">
        <code>{expression}</code>
        <div class="faint small">{timeZone}</div>
      </td>
      <td class="optional">
        <Outcomes last={last} />
      </td>
      <td class="number" data-name={pausedAt ? undefined : 'Next'}>
        {pausedAt ? (
          <span class="badge amber">paused</span>
        ) : (
          next[0] && <Moment at={next[0]} now={new Date()} />
        )}
      </td>
      <td class="optional faint">{source}</td>
      <td class="end">
        <div class="row nowrap tight">
          <CronSwitch cron={cron} view={view} />
        </div>
      </td>
    </tr>
  )
}
