import type { Operator } from '../../../../background/operator.ts'
import { UsageError } from '../../../errors.ts'
import { type PayloadSources, readPayload } from '../../../payload.ts'
import { findProject } from '../../../project.ts'
import { recorded } from '../../../record.ts'
import { type RemoteOptions, remoteAddress } from '../../../remote.ts'
import { findTask } from '../find-task.ts'
import { withOperator } from '../with-operator.ts'
import { shownCrons } from './shown-crons.ts'
import { nextTick, tellCrons } from './tell-crons.ts'
import { type TreatmentFlags, treatmentOf } from './treatment.ts'

export interface CronChangeOptions extends RemoteOptions, TreatmentFlags, PayloadSources {
  readonly expression?: string
}

type Changes = Parameters<Operator['crons']['change']>[1]

/** What `ks bg cron change` does. */
export async function runCronChange(name: string, options: CronChangeOptions): Promise<void> {
  const changes = await changesOf(options)
  const project = await findProject()
  const registry = 'payload' in changes ? await judgeOf(name, options) : undefined
  const changed = await withOperator(
    { ...options, project, ...(registry && { registry }) },
    async operator => {
      const { payload, ...details } = changes
      const deed = {
        action: 'cron.edit',
        target: name,
        details: { ...details, ...(payload !== undefined && { payload: 'changed' }) },
      }
      const cron = await recorded(operator, deed, () => operator.crons.change(name, changes))
      return shownCrons([cron], operator)
    },
  )
  tellCrons(changed, options, cron => `changed ${cron.name}${nextTick(cron)}`)
}

/** Only what is given: an option that is undefined would bring its default back. */
async function changesOf(options: CronChangeOptions): Promise<Changes> {
  const { argument, file, set, expression } = options
  const changes: Changes = { ...(expression !== undefined && { expression }), ...treatmentOf(options) }
  const hasPayload = argument !== undefined || file !== undefined || set !== undefined
  if (hasPayload) return { ...changes, payload: await readPayload(options) }
  if (Object.keys(changes).length > 0) return changes
  throw new UsageError(
    'nothing is to be changed',
    'say what: a payload, --expression, or any of what ks bg cron change --help lists',
  )
}

/** The code whose schema judges the payload; where the dashboard is, so is that. */
async function judgeOf(name: string, options: RemoteOptions) {
  if (remoteAddress(options)) return undefined
  const { task } = await withOperator(options, ({ crons }) => crons.get(name))
  return (await findTask(task, await findProject())).registry
}
