import type { CronOptions } from '../../../../background/operator.ts'
import type { CommonOptions } from '../../../options.ts'
import { type PayloadSources, readPayload } from '../../../payload.ts'
import { findProject } from '../../../project.ts'
import { findTask } from '../find-task.ts'
import { withClient } from '../with-client.ts'
import { nextTick, tellCrons } from './tell-crons.ts'

export interface CronAddOptions extends CommonOptions, Omit<PayloadSources, 'argument'> {
  readonly name?: string
  readonly tz?: string
  readonly queue?: string
  readonly priority?: number
  readonly attempts?: number
  readonly key?: string
  readonly missed?: CronOptions['missed']
  readonly fill?: number
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
  const { name, tz: timeZone, queue, priority, attempts: maxAttempts, key, missed, fill } = options
  const given = await readPayload({ ...options, argument: payload })
  const project = await findProject()
  const { registry, definition } = await findTask(task, project)
  const entry = {
    task: definition.name,
    expression,
    name,
    timeZone,
    queue,
    priority,
    maxAttempts,
    key,
    missed,
    fill,
  }
  const added = await withClient({ ...options, project, registry }, ({ crons }) =>
    crons.add({ ...entry, payload: given }),
  )
  tellCrons([added], options, cron => `added ${cron.name}${nextTick(cron)}`)
}
