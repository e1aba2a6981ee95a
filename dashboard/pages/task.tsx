import type { Child } from 'hono/jsx'
import { humanDuration } from '../../framework/duration.ts'
import { Head } from '../components/head.tsx'
import { quoted } from '../components/job-facts.tsx'
import { Json } from '../components/json.tsx'
import { Lasted } from '../components/moment.tsx'
import { Note } from '../components/note.tsx'
import { counted } from '../components/numbers.ts'
import { ScheduleForm } from '../components/schedule-form.tsx'
import type { Schema } from '../components/schema-fields.tsx'
import { Section, TitledPanel } from '../components/section.tsx'
import { FailureRate, finishedOf } from '../components/task-table.tsx'
import { Words } from '../components/words.tsx'
import { readTask, type TaskDefaults, type TaskReading } from '../readings/tasks.ts'
import { definePage, type View } from './page.ts'

/** One task: how it went, what it takes, and a form to schedule it. */
export const taskPage = definePage<TaskReading>({
  path: '/tasks/:name',
  read: readTask,
  title: ({ task }) => `Task ${task.name}`,
  page: (reading, view) => <Task reading={reading} view={view} />,
})

function Task({ reading: { task, schema }, view }: { reading: TaskReading; view: View }) {
  const { name, file, workers, defaults, last } = task
  const jobs = `jobs?${new URLSearchParams({ q: `task:${quoted(name)}` })}`
  return (
    <>
      <Head
        above={<a href="tasks">Tasks</a>}
        title={<Words>{name}</Words>}
        sub={file !== undefined && <Words class="mono small">{file}</Words>}
        actions={
          <a class="button" href={jobs}>
            Its jobs
          </a>
        }
      />
      {workers === 0 && (
        <Note kind="warning">
          <p>No living worker knows this task: its jobs wait. Start one from code that has it.</p>
        </Note>
      )}
      <div class="panel stats">
        <Figure name="Last jobs">{last ? counted(finishedOf(last)) : '–'}</Figure>
        <Figure name="Failed">{last ? <FailureRate last={last} /> : '–'}</Figure>
        <Figure name="p50">
          <Lasted ms={last?.p50} />
        </Figure>
        <Figure name="p95">
          <Lasted ms={last?.p95} />
        </Figure>
        <Figure name="p99">
          <Lasted ms={last?.p99} />
        </Figure>
        <Figure name="Workers">{counted(workers)}</Figure>
      </div>
      <div class="columns">
        <div>
          {view.viewer.may('job.schedule') && (
            <TitledPanel title="Schedule a job">
              <div class="inset">
                <ScheduleForm task={name} schema={schema as Schema | undefined} view={view} />
              </div>
            </TitledPanel>
          )}
          {schema && (
            <TitledPanel title="What it takes, as JSON Schema">
              <Json text={JSON.stringify(schema)} />
            </TitledPanel>
          )}
        </div>
        <div>{defaults && <Defaults defaults={defaults} />}</div>
      </div>
    </>
  )
}

function Figure({ name, children }: { name: string; children?: Child }) {
  return (
    <div>
      <span class="faint">{name}</span>
      <b>{children}</b>
    </div>
  )
}

function Defaults({ defaults }: { defaults: TaskDefaults }) {
  const { queue, maxAttempts, priority, timeout, retention, tags, cron = [] } = defaults
  const rows: readonly (readonly [string, string])[] = [
    ['Queue', queue ?? 'none'],
    ['Attempts', String(maxAttempts)],
    ['Priority', String(priority)],
    ['Timeout', timeout === undefined ? 'none' : humanDuration(timeout)],
    ['Kept for', retention === undefined ? 'as configured' : humanDuration(retention)],
    ...(tags.length > 0 ? [['Tags', tags.join(', ')] as const] : []),
    ...(cron ?? []).map(one => ['Cron', `${one.expression} ${one.timeZone ?? 'UTC'}`] as const),
  ]
  return (
    <Section title="Defaults">
      <dl class="panel padded facts">
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>
              <Words>{value}</Words>
            </dd>
          </>
        ))}
      </dl>
    </Section>
  )
}
