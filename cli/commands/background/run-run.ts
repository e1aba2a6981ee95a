import type { CommonOptions } from '../../options.ts'
import { type PayloadSources, readPayload } from '../../payload.ts'
import { findProject } from '../../project.ts'
import { attempt, type HereFlags, tellEnd } from './attempt.ts'
import { findTask } from './find-task.ts'

export interface RunOptions extends CommonOptions, HereFlags, Omit<PayloadSources, 'argument'> {
  readonly tasks?: string
}

/** What `ks bg run` does. */
export async function runRun(name: string, argument: string | undefined, options: RunOptions): Promise<void> {
  const payload = await readPayload({ ...options, argument })
  const project = await findProject({ background: { tasks: options.tasks } })
  const task = await findTask(name, project)
  tellEnd(task.definition.name, await attempt({ project, task, payload }, options), options)
}
