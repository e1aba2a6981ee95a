import type { Child } from 'hono/jsx'
import type { View } from '../pages/page.ts'
import { Act } from './act.tsx'
import { Field } from './field.tsx'
import { type Schema, SchemaFields } from './schema-fields.tsx'

interface Props {
  readonly task: string
  readonly schema: Schema | undefined
  readonly view: View
}

/** Schedules a job: with a field for all that the task takes, or with JSON. */
export function ScheduleForm({ task, schema, view }: Props) {
  const hasFields = schema?.properties !== undefined
  const asJson = (
    <Field label="Payload" hint="JSON, stored exactly as it is written here">
      <textarea name="payload:json" rows={6} spellcheck={false} required>
        {'{}'}
      </textarea>
    </Field>
  )
  if (!hasFields)
    return (
      <Form task={task} view={view}>
        {asJson}
      </Form>
    )
  return (
    <div class="stack">
      <Form task={task} view={view}>
        <input type="hidden" name="payload:json" value="{}" />
        <SchemaFields schema={schema} path="payload" />
      </Form>
      <details class="raw">
        <summary class="faint">Write the payload as JSON</summary>
        <Form task={task} view={view}>
          {asJson}
        </Form>
      </details>
    </div>
  )
}

function Form({ task, view, children }: { task: string; view: View; children?: Child }) {
  return (
    <Act view={view} to="api/jobs" back="jobs/:id" class="fields">
      <input type="hidden" name="task" value={task} />
      {children}
      <details class="raw">
        <summary class="faint">When and how</summary>
        <div class="fields two">
          <Field label="Due" hint="UTC; empty is now">
            <input name="runAt:date" type="datetime-local" step="1" />
          </Field>
          <Field label="Queue" hint="the task's own, unless named">
            <input name="queue:optional" maxlength={128} />
          </Field>
          <Field label="Key">
            <input name="key:optional" maxlength={512} />
          </Field>
          <Field label="Priority" hint="lower runs first">
            <input name="priority:number" type="number" />
          </Field>
        </div>
      </details>
      <div class="actions">
        <button class="primary">Schedule</button>
      </div>
    </Act>
  )
}
