import type { Job } from '../../../background/operator.ts'
import { UsageError } from '../../errors.ts'
import type { CommonOptions } from '../../options.ts'
import { print, printJson } from '../../output.ts'
import { changedPayload, type PayloadSources } from '../../payload.ts'
import { findProject } from '../../project.ts'
import { attempt, type HereFlags, tellEnd } from './attempt.ts'
import { findTask } from './find-task.ts'
import { jobIdOf } from './job-id.ts'
import { withClient } from './with-client.ts'

export interface ReplayOptions extends CommonOptions, HereFlags, Omit<PayloadSources, 'argument'> {
  readonly here?: true
}

/** What `ks bg replay` does. */
export async function runReplay(word: string, options: ReplayOptions): Promise<void> {
  if (!options.here && (options.rollback || options.inspect))
    throw new UsageError('--rollback and --inspect are for a task that runs here', 'add --here')
  const id = jobIdOf(word)
  const project = await findProject()
  const job = await withClient({ ...options, project }, ({ jobs }) => jobs.get(id))
  const payload = await changedPayload(job.payload, options)
  const task = await findTask(job.task, project)
  if (options.here) return tellEnd(job.task, await attempt({ project, task, payload }, options), options)
  const copy = await withClient({ ...options, project, registry: task.registry }, client =>
    client.schedule(copyOf(job, payload)),
  )
  if (options.json) printJson({ id: copy.id, of: id, task: job.task, payload })
  else print(`scheduled #${copy.id} ${job.task} as #${id}`)
}

/** A job may have been given what its task has by now, or not: what it had counts. */
function copyOf({ task, queue, priority, maxAttempts, tags }: Job, payload: unknown) {
  return { task, queue, priority, maxAttempts, tags, payload }
}
