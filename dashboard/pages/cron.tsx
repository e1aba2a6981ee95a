import { CronActions } from '../components/cron-actions.tsx'
import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { Json } from '../components/json.tsx'
import { Clock, Moment } from '../components/moment.tsx'
import { Note } from '../components/note.tsx'
import { Section, TitledPanel } from '../components/section.tsx'
import { State } from '../components/state.tsx'
import { Table } from '../components/table.tsx'
import { Words } from '../components/words.tsx'
import { type CronReading, type CronRow, readCron } from '../readings/crons.ts'
import { definePage, type View } from './page.ts'

/** One cron entry: when it is due, and what became of it. */
export const cronPage = definePage<CronReading>({
  path: '/cron/:name',
  read: readCron,
  title: ({ cron }) => `Cron ${cron.name}`,
  page: ({ cron }, view) => <Cron cron={cron} view={view} />,
})

function Cron({ cron, view }: { cron: CronRow; view: View }) {
  const { name, expression, timeZone, source, pausedAt, payload } = cron
  const now = new Date()
  return (
    <>
      <Head
        above={<a href="cron">Cron</a>}
        title={<Words>{name}</Words>}
        sub={
          <>
            <code>{expression}</code> <span>{timeZone}</span>{' '}
            <span>{source === 'dynamic' ? 'added at run time' : `from the code (${source})`}</span>
          </>
        }
        actions={<CronActions cron={cron} view={view} />}
      />
      {pausedAt && (
        <Note kind="warning">
          <p>
            Paused <Moment at={pausedAt} now={now} />. It stays paused across deploys, until it is resumed.
          </p>
        </Note>
      )}
      <div class="columns">
        <div>
          <Section title="Last jobs">
            <LastJobs cron={cron} now={now} />
          </Section>
          <TitledPanel title="Payload">
            <Json text={payload} />
          </TitledPanel>
        </div>
        <div>
          <Section title="Next">
            <Next cron={cron} now={now} />
          </Section>
          <Section title="Missed ticks">
            <p class="soft">{MISSED[cron.missed]}</p>
          </Section>
        </div>
      </div>
    </>
  )
}

const MISSED: Readonly<Record<CronRow['missed'], string>> = {
  skip: 'are skipped: what fell due while nothing was running is not made up for.',
  once: 'become one job, however many they were.',
  all: 'become a job each.',
}

function LastJobs({ cron: { last }, now }: { cron: CronRow; now: Date }) {
  if (last.length === 0)
    return <Empty title="None so far">Its first one comes when it is next due, or by Run now.</Empty>
  return (
    <Table
      label="Last jobs"
      columns={[{ name: 'Job' }, { name: 'State' }, { name: 'Finished', class: 'number' }]}
    >
      {last.map(({ id, state, finishedAt }) => (
        <tr data-key={`job-${id}`}>
          <td class="grow">
            <a class="strong" href={`jobs/${id}`}>
              #{id}
            </a>
          </td>
          <td>
            <State state={state} />
          </td>
          <td class="number faint">{finishedAt && <Moment at={finishedAt} now={now} />}</td>
        </tr>
      ))}
    </Table>
  )
}

function Next({ cron: { next }, now }: { cron: CronRow; now: Date }) {
  if (next.length === 0) return <p class="faint">not while it is paused</p>
  return (
    <dl class="panel padded facts">
      {next.map(at => (
        <>
          <dt>
            <Moment at={at} now={now} />
          </dt>
          <dd>
            <Clock at={at} />
          </dd>
        </>
      ))}
    </dl>
  )
}
