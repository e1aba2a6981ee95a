import type { Job, Operator } from '../../../background/operator.ts'
import { UsageError } from '../../errors.ts'
import { print, printJson } from '../../output.ts'
import { changedPayload, type PayloadSources } from '../../payload.ts'
import { findProject, type Project } from '../../project.ts'
import { recorded } from '../../record.ts'
import { type RemoteOptions, remoteAddress } from '../../remote.ts'
import { attempt, type HereFlags, tellEnd } from './attempt.ts'
import { findTask } from './find-task.ts'
import { jobIdOf } from './job-id.ts'
import { shownJob } from './shown-jobs.ts'
import { withOperator } from './with-operator.ts'

export interface ReplayOptions extends RemoteOptions, HereFlags, Omit<PayloadSources, 'argument'> {
  readonly here?: true
}

/** What `ks bg replay` does. */
export async function runReplay(word: string, options: ReplayOptions): Promise<void> {
  checkFlags(options)
  const id = jobIdOf(word)
  const project = await findProject()
  const job = await withOperator({ ...options, project }, ({ jobs }) => jobs.get(id))
  const payload = await changedPayload(job.payload, options)
  if (options.here) {
    const task = await findTask(job.task, project)
    return tellEnd(job.task, await attempt({ project, task, payload }, options), options)
  }
  const { copy, shown } = await replay({ ...job, payload }, options, project)
  if (options.json) printJson({ id: copy.id, of: id, task: job.task, payload: shown.payload })
  else print(`scheduled #${copy.id} ${job.task} as #${id}`)
}

/** The code of the task judges the payload, here or where it is. */
async function replay(job: Job, options: ReplayOptions, project: Project) {
  const given = options.file === undefined && options.set === undefined ? undefined : job.payload
  const { registry } = remoteAddress(options) ? {} : await findTask(job.task, project)
  const work = async (operator: Operator) => {
    const deed = { action: 'job.replay', target: job.id }
    const copy = await recorded(operator, deed, () => operator.replay(job.id, given))
    return { copy, shown: await shownJob(job, operator) }
  }
  return withOperator({ ...options, project, ...(registry && { registry }) }, work)
}

function checkFlags(options: ReplayOptions): void {
  if (!options.here && (options.rollback || options.inspect))
    throw new UsageError('--rollback and --inspect are for a task that runs here', 'add --here')
  if (options.here && remoteAddress(options))
    throw new UsageError(
      'a dashboard does not give away the secrets of a payload, so its job cannot run here',
      'leave --here out, or run it where the database is',
    )
}
