import { loadTasks, TASK_TYPES, taskTypesAreWritten, writeTaskTypes } from '../../../background/operator.ts'
import { KretesError } from '../../../framework/errors.ts'
import type { CommonOptions } from '../../options.ts'
import { painterFor, plural, print, printJson, say } from '../../output.ts'
import { findProject } from '../../project.ts'
import { describeProblem } from '../../worker/problems.ts'

export interface TypesOptions extends CommonOptions {
  readonly tasks?: string
  readonly check?: true
}

/** What `ks bg types` does. */
export async function runTypes(options: TypesOptions): Promise<void> {
  const { root, background } = await findProject({ background: { tasks: options.tasks } })
  const { tasks: directory, executables } = background
  const { tasks, problems } = await loadTasks({ root, directory, executables })
  const errors = problems.filter(({ severity }) => severity === 'error')
  for (const problem of errors) say(describeProblem(problem, painterFor(process.stderr)))
  if (errors.length > 0) throw cannotLoad(errors.length)
  const changed = options.check ? !taskTypesAreWritten(root, tasks) : writeTaskTypes(root, tasks)
  if (options.check && changed) throw outOfDate()
  if (options.json) printJson({ file: TASK_TYPES, tasks: tasks.map(({ name }) => name), changed })
  else print(`${TASK_TYPES}${options.check ? ' is up to date' : ''}`)
}

function cannotLoad(count: number): KretesError {
  return new KretesError(`${plural(count, 'task file')} cannot be loaded`, {
    code: 'INVALID_TASK_FILE',
    hint: `${TASK_TYPES} stays as it was; correct what is said above`,
  })
}

function outOfDate(): KretesError {
  return new KretesError(`${TASK_TYPES} is out of date`, { code: 'TYPES_OUTDATED', hint: 'run: ks bg types' })
}
