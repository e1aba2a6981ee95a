import type { View } from '../pages/page.ts'
import type { CronRow } from '../readings/crons.ts'
import { Act, ActButton } from './act.tsx'
import { Field } from './field.tsx'
import { laidOut } from './json.tsx'
import { Menu } from './menu.tsx'
import { Words } from './words.tsx'

interface Props {
  readonly cron: CronRow
  readonly view: View
}

/** Everything that can be done with a cron entry as it stands. */
export function CronActions({ cron, view }: Props) {
  const isOurs = cron.source === 'dynamic' && view.viewer.may('cron.edit')
  return (
    <>
      <CronSwitch cron={cron} view={view} />
      {isOurs && <Edit cron={cron} view={view} />}
      {isOurs && <Remove name={cron.name} view={view} />}
    </>
  )
}

/** What is done at once: run it, pause it, let it go on. */
export function CronSwitch({ cron: { name, pausedAt }, view }: Props) {
  const { viewer } = view
  const to = apiLink(name)
  return (
    <>
      {viewer.may('cron.run') && <ActButton view={view} to={`${to}/run`} label="Run now" back="jobs/:id" />}
      {pausedAt
        ? viewer.may('cron.resume') && (
            <ActButton view={view} to={`${to}/resume`} label="Resume" done="it goes on" />
          )
        : viewer.may('cron.pause') && (
            <ActButton view={view} to={`${to}/pause`} label="Pause" done="paused" />
          )}
    </>
  )
}

function Edit({ cron: { name, expression, timeZone, payload }, view }: Props) {
  return (
    <Menu title="Edit" wide>
      <Act view={view} to={apiLink(name)} method="PATCH" done="changed">
        <div class="fields two">
          <Field label="When" hint="0 8 * * MON-FRI">
            <input name="expression" value={expression} required maxlength={200} class="mono" />
          </Field>
          <Field label="Time zone">
            <input name="timeZone" value={timeZone} required maxlength={64} />
          </Field>
        </div>
        <Field label="Payload" hint="JSON">
          <textarea name="payload:json" rows={5} spellcheck={false}>
            {laidOut(payload)}
          </textarea>
        </Field>
        <div class="actions">
          <button class="primary">Save</button>
        </div>
      </Act>
    </Menu>
  )
}

function Remove({ name, view }: { name: string; view: View }) {
  return (
    <Menu title="Remove">
      <p>
        <Words>{name}</Words> schedules nothing more in <strong>{view.environment}</strong>. Its jobs stay.
      </p>
      <ActButton
        view={view}
        to={apiLink(name)}
        method="DELETE"
        back="cron"
        label="Remove this entry"
        kind="danger"
      />
    </Menu>
  )
}

export function cronLink(name: string): string {
  return `cron/${encodeURIComponent(name)}`
}

function apiLink(name: string): string {
  return `api/crons/${encodeURIComponent(name)}`
}
