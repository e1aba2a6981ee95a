import type { View } from '../pages/page.ts'
import type { CronRow } from '../readings/crons.ts'
import { Act, ActButton } from './act.tsx'
import { Field } from './field.tsx'
import { laidOut } from './json.tsx'
import { Menu } from './menu.tsx'

interface Props {
  readonly cron: CronRow
  readonly view: View
}

/** What can be done with a cron entry as it stands. */
export function CronActions({ cron, view }: Props) {
  const { name, pausedAt, source } = cron
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
      {source === 'dynamic' && viewer.may('cron.edit') && <Edit cron={cron} view={view} />}
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

export function cronLink(name: string): string {
  return `cron/${encodeURIComponent(name)}`
}

function apiLink(name: string): string {
  return `api/crons/${encodeURIComponent(name)}`
}
