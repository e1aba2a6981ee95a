import { encodePayload, type Job, type JobChanges } from '../../../background/operator.ts'
import { isKretesError } from '../../../framework/errors.ts'
import { explained } from '../../bulk/refusals.ts'
import { UsageError } from '../../errors.ts'
import type { CommonOptions } from '../../options.ts'
import { print, printJson } from '../../output.ts'
import { changedPayload, type PayloadSources } from '../../payload.ts'
import { findProject, type Project } from '../../project.ts'
import { findTask } from './find-task.ts'
import { jobIdOf } from './job-id.ts'
import { jobAsJson } from './job-json.ts'
import { withClient } from './with-client.ts'

export interface EditOptions extends CommonOptions, Omit<PayloadSources, 'argument'> {
  readonly in?: number
  readonly at?: Date
  /** False: none. */
  readonly queue?: string | false
  readonly priority?: number
  readonly attempts?: number
}

/** What `ks bg edit` does. */
export async function runEdit(word: string, options: EditOptions): Promise<void> {
  const id = jobIdOf(word)
  const plain = plainChanges(options)
  const hasPayload = options.file !== undefined || options.set !== undefined
  if (!hasPayload && Object.values(plain).every(value => value === undefined))
    throw new UsageError(
      'nothing is to be changed',
      'say what: --in, --at, --set, --queue, --priority, --attempts',
    )
  const project = await findProject()
  const edited = await withClient({ ...options, project }, async ({ jobs }) => {
    const before = await jobs.get(id)
    const payload = hasPayload ? await newPayload(before, options, project) : undefined
    await jobs.reschedule(id, { ...plain, payload }).catch(refuse)
    return jobs.get(id)
  })
  if (options.json) return printJson(jobAsJson(edited))
  const queue = edited.queue === undefined ? '' : ` on ${edited.queue}`
  print(`changed #${id} ${edited.task}${queue}: ${edited.state}, due ${edited.runAt.toLocaleString('sv')}`)
}

function plainChanges({ in: wait, at, queue, priority, attempts }: EditOptions): JobChanges {
  return { in: wait, runAt: at, queue: queue === false ? null : queue, priority, maxAttempts: attempts }
}

/** It is judged by the schema of today. */
async function newPayload(job: Job, options: EditOptions, project: Project): Promise<unknown> {
  const payload = await changedPayload(job.payload, options)
  const { definition } = await findTask(job.task, project)
  await encodePayload(definition, payload, { limit: project.background.payloadLimit })
  return payload
}

function refuse(error: unknown): never {
  if (isKretesError(error) && 'job' in error) throw explained(error as Parameters<typeof explained>[0])
  throw error
}
