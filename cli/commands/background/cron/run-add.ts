import { type PayloadSources, readPayload } from '../../../payload.ts'
import { findProject } from '../../../project.ts'
import { recorded } from '../../../record.ts'
import { type RemoteOptions, remoteAddress } from '../../../remote.ts'
import { findTask } from '../find-task.ts'
import { withOperator } from '../with-operator.ts'
import { shownCrons } from './shown-crons.ts'
import { nextTick, tellCrons } from './tell-crons.ts'
import { type TreatmentFlags, treatmentOf } from './treatment.ts'

export interface CronAddOptions extends RemoteOptions, TreatmentFlags, Omit<PayloadSources, 'argument'> {
  readonly name?: string
}

interface Entry {
  readonly task: string
  readonly expression: string
  readonly payload: string | undefined
}

/** What `ks bg cron add` does. */
export async function runCronAdd(
  { task, expression, payload }: Entry,
  options: CronAddOptions,
): Promise<void> {
  const given = await readPayload({ ...options, argument: payload })
  const project = await findProject()
  // where the dashboard is, so is the code that judges the payload
  const { registry } = remoteAddress(options) ? {} : await findTask(task, project)
  const entry = { ...treatmentOf(options), task, expression, name: options.name }
  const details = { expression, timeZone: options.tz }
  const deed = { action: 'cron.add', target: options.name ?? task, details }
  const added = await withOperator({ ...options, project, ...(registry && { registry }) }, async operator => {
    const cron = await recorded(operator, deed, () => operator.crons.add({ ...entry, payload: given }))
    return shownCrons([cron], operator)
  })
  tellCrons(added, options, cron => `added ${cron.name}${nextTick(cron)}`)
}
