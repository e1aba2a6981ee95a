import type { Child } from 'hono/jsx'
import type { ShownJob } from '../readings/listed-job.ts'
import { Moment } from './moment.tsx'
import { queueLink } from './queue-table.tsx'
import { taskLink } from './task-table.tsx'
import { Words } from './words.tsx'

/** What is known of a job beside what it does. */
export function JobFacts({ job, now }: { job: ShownJob; now: Date }) {
  const { task, queue, priority, attempt, maxAttempts, crashes, key, tags, flags, worker, createdAt, runAt } =
    job
  return (
    <dl class="panel padded facts">
      <Fact name="Task">
        <a class="linked" href={taskLink(task)}>
          <Words>{task}</Words>
        </a>
      </Fact>
      <Fact name="Queue">
        {queue === undefined ? (
          <span class="faint">none</span>
        ) : (
          <a class="linked" href={queueLink(queue)}>
            <Words>{queue}</Words>
          </a>
        )}
      </Fact>
      <Fact name="Attempts">{maxAttempts === undefined ? attempt : `${attempt} of ${maxAttempts}`}</Fact>
      <Fact name="Priority">{priority}</Fact>
      {key !== undefined && (
        <Fact name="Key">
          <Words>{key}</Words>
        </Fact>
      )}
      {tags.length > 0 && (
        <Fact name="Tags">
          <Tags tags={tags} />
        </Fact>
      )}
      {flags.length > 0 && (
        <Fact name="Flags">
          <Words>{flags.join(', ')}</Words>
        </Fact>
      )}
      {!!crashes && <Fact name="Crashes">{crashes}</Fact>}
      {worker !== undefined && (
        <Fact name="Worker">
          <a class="linked mono" href={`workers#${worker}`}>
            {worker.slice(0, 12)}
          </a>
        </Fact>
      )}
      <Fact name="Scheduled">
        <Moment at={createdAt} now={now} />
      </Fact>
      <Fact name="Due">
        <Moment at={runAt} now={now} />
      </Fact>
      {job.finishedAt && (
        <Fact name="Finished">
          <Moment at={job.finishedAt} now={now} />
        </Fact>
      )}
      {job.expiresAt && (
        <Fact name="Kept until">
          <Moment at={job.expiresAt} now={now} />
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children?: Child }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <div class="tags">
      {tags.map(tag => (
        <a class="badge" href={`jobs?${new URLSearchParams({ q: `tag:${quoted(tag)}` })}`}>
          <Words class="clip">{tag}</Words>
        </a>
      ))}
    </div>
  )
}

/** A value as a query takes it. */
export function quoted(value: string): string {
  return /^[\w./@:-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`
}
