import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadTasks, type Registry, type TaskDefinition } from '../../../background/operator.ts'
import { KretesError } from '../../../framework/errors.ts'
import { painterFor, say } from '../../output.ts'
import type { Project } from '../../project.ts'
import { describeProblem } from '../../worker/problems.ts'

/** A task of the project, among its neighbours. */
export interface TaskInProject {
  readonly registry: Registry
  readonly definition: TaskDefinition
}

const EXTENSIONS = ['ts', 'js', 'mts', 'mjs', 'cts', 'cjs', 'tsx', 'jsx']

/**
 * The task called `name`.
 *
 * @throws UnknownTask; KretesError `INVALID_TASK_FILE` when its file is there and cannot be loaded, after saying why.
 */
export async function findTask(name: string, { root, background }: Project): Promise<TaskInProject> {
  const directory = background.tasks
  const { registry, problems } = await loadTasks({ root, directory })
  const definition = registry.find(name)
  if (definition) return { registry, definition }
  const hasFile = EXTENSIONS.some(extension => existsSync(join(root, directory, `${name}.${extension}`)))
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (!hasFile || errors.length === 0) return { registry, definition: registry.get(name) }
  const paint = painterFor(process.stderr)
  for (const problem of errors) say(describeProblem(problem, paint))
  throw new KretesError(`the task ${name} cannot be loaded`, {
    code: 'INVALID_TASK_FILE',
    hint: 'nothing was scheduled; correct what is said above',
  })
}
