import { encodePayload, type Job, type JobChanges, type Operator } from '../../../background/operator.ts'
import { isKretesError } from '../../../framework/errors.ts'
import { explained } from '../../bulk/refusals.ts'
import { UsageError } from '../../errors.ts'
import { print, printJson } from '../../output.ts'
import { changedPayload, type PayloadSources } from '../../payload.ts'
import { findProject, type Project } from '../../project.ts'
import { recorded } from '../../record.ts'
import type { RemoteOptions } from '../../remote.ts'
import { findTask } from './find-task.ts'
import { jobIdOf } from './job-id.ts'
import { jobAsJson } from './job-json.ts'
import { shownJob } from './shown-jobs.ts'
import { withOperator } from './with-operator.ts'

export interface EditOptions extends RemoteOptions, Omit<PayloadSources, 'argument'> {
  readonly in?: number
  readonly at?: Date
  /** False: none. */
  readonly queue?: string | false
  readonly priority?: number
  readonly attempts?: number
  readonly used?: number
}

/** What `ks bg edit` does. */
export async function runEdit(word: string, options: EditOptions): Promise<void> {
  const id = jobIdOf(word)
  const plain = plainChanges(options)
  const hasPayload = options.file !== undefined || options.set !== undefined
  if (!hasPayload && Object.values(plain).every(value => value === undefined))
    throw new UsageError(
      'nothing is to be changed',
      'say what: --in, --at, --set, --queue, --priority, --attempts, --used',
    )
  const project = await findProject()
  const edited = await withOperator({ ...options, project }, async operator => {
    const { jobs } = operator
    const before = await jobs.get(id)
    const payload = hasPayload ? await newPayload(before, options, { operator, project }) : undefined
    const details = { ...plain, payload: hasPayload ? 'changed' : undefined }
    await recorded(operator, { action: 'job.edit', target: id, details }, () =>
      jobs.reschedule(id, { ...plain, payload }).catch(refuse),
    )
    return shownJob(await jobs.get(id), operator)
  })
  if (options.json) return printJson(jobAsJson(edited))
  const queue = edited.queue === undefined ? '' : ` on ${edited.queue}`
  print(`changed #${id} ${edited.task}${queue}: ${edited.state}, due ${edited.runAt.toLocaleString('sv')}`)
}

function plainChanges({ in: wait, at, queue, priority, attempts, used }: EditOptions): JobChanges {
  const place = { in: wait, runAt: at, queue: queue === false ? null : queue, priority }
  return { ...place, attempt: used, maxAttempts: attempts }
}

/** It is judged by the schema of today. */
async function newPayload(
  job: Job,
  options: EditOptions,
  { operator, project }: { readonly operator: Operator; readonly project: Project },
): Promise<unknown> {
  const payload = await changedPayload(job.payload, options)
  if (operator.isRemote) return payload
  const { definition } = await findTask(job.task, project)
  await encodePayload(definition, payload, { limit: project.background.payloadLimit })
  return payload
}

function refuse(error: unknown): never {
  if (isKretesError(error) && 'job' in error) throw explained(error as Parameters<typeof explained>[0])
  throw error
}
