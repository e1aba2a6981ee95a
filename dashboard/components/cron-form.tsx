import type { View } from '../pages/page.ts'
import { Act } from './act.tsx'
import { Field } from './field.tsx'
import { Menu } from './menu.tsx'

/** Adds a cron entry for one of the `tasks`. */
export function AddCron({ tasks, view }: { tasks: readonly string[]; view: View }) {
  return (
    <Menu title="Add an entry" wide>
      <Act view={view} to="api/crons" back="cron/:name">
        <div class="fields two">
          <Field label="Task">
            <input name="task" list="tasks" required maxlength={256} />
            <datalist id="tasks">
              {tasks.map(task => (
                <option value={task} />
              ))}
            </datalist>
          </Field>
          <Field label="Name" hint="the task's, unless named">
            <input name="name" maxlength={256} />
          </Field>
          <Field label="When" hint="0 8 * * MON-FRI">
            <input name="expression" required maxlength={200} class="mono" />
          </Field>
          <Field label="Time zone">
            <input name="timeZone" value="UTC" required maxlength={64} />
          </Field>
          <Field label="Queue" hint="the task's own, unless named">
            <input name="queue" maxlength={128} />
          </Field>
          <Field label="Missed ticks" hint="due while nothing ran">
            <select name="missed">
              <option value="skip">are skipped</option>
              <option value="once">become one job</option>
              <option value="all">become a job each</option>
            </select>
          </Field>
        </div>
        <Field label="Payload" hint="JSON">
          <textarea name="payload:json" rows={4} spellcheck={false}>
            {'{}'}
          </textarea>
        </Field>
        <div class="actions">
          <button class="primary">Add</button>
        </div>
      </Act>
    </Menu>
  )
}
