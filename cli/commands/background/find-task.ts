import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  createTaskCompiler,
  type LoadedTasks,
  loadTasks,
  type Registry,
  type TaskDefinition,
  type TasksPlace,
} from '../../../background/operator.ts'
import type { Compiled, Compiler } from '../../../framework/compiler.ts'
import { KretesError } from '../../../framework/errors.ts'
import { painterFor, say } from '../../output.ts'
import type { Project } from '../../project.ts'
import { describeProblem } from '../../worker/problems.ts'

/** A task of the project, and a registry that has it. */
export interface TaskInProject {
  readonly registry: Registry
  readonly definition: TaskDefinition
  /** Absolute path of its source; undefined for a task that no file is named after. */
  readonly file: string | undefined
}

const EXTENSIONS = ['ts', 'js', 'mts', 'mjs', 'cts', 'cjs', 'tsx', 'jsx']

/**
 * The task called `name`. Where a file has that name, only that file is compiled and loaded.
 *
 * @throws UnknownTask; KretesError `INVALID_TASK_FILE` when its file is there and cannot be loaded, after saying why.
 */
export async function findTask(name: string, { root, background }: Project): Promise<TaskInProject> {
  const { tasks: directory, executables } = background
  const place = { root: realpathSync(root), directory, executables }
  const file = fileOf(name, place)
  const loaded = await (file ? loadOnly([file], place) : loadTasks(place))
  const definition = loaded.registry.find(name)
  if (definition) return { registry: loaded.registry, definition, file: sourceOf(name, loaded) }
  const all = file ? await loadTasks(place) : loaded
  const { registry, problems } = all
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (!file || errors.length === 0)
    return { registry, definition: registry.get(name), file: sourceOf(name, all) }
  throw cannotLoad(name, errors)
}

function sourceOf(name: string, { tasks }: LoadedTasks): string | undefined {
  return tasks.find(task => task.name === name)?.file
}

function fileOf(name: string, { root, directory }: TasksPlace): string | undefined {
  const files = EXTENSIONS.map(extension => resolve(root, directory, `${name}.${extension}`))
  return files.find(file => existsSync(file))
}

async function loadOnly(files: readonly string[], place: TasksPlace): Promise<LoadedTasks> {
  const compiler = createTaskCompiler(place)
  try {
    return await loadTasks({ ...place, compiler: compilingOnly(files, compiler) })
  } finally {
    await compiler.close()
  }
}

/** A compiler that leaves all other files out, without a complaint. */
function compilingOnly(files: readonly string[], compiler: Compiler): Pick<Compiler, 'compile' | 'close'> {
  return {
    async compile(entries) {
      const compiled = await compiler.compile(entries.filter(entry => files.includes(entry)))
      const leftOut = (entry: string): Compiled => ({ entry, errors: [] })
      return entries.map(entry => compiled.find(one => one.entry === entry) ?? leftOut(entry))
    },
    close: () => compiler.close(),
  }
}

function cannotLoad(name: string, errors: LoadedTasks['problems']): KretesError {
  const paint = painterFor(process.stderr)
  for (const problem of errors) say(describeProblem(problem, paint))
  return new KretesError(`the task ${name} cannot be loaded`, {
    code: 'INVALID_TASK_FILE',
    hint: 'nothing was done; correct what is said above',
  })
}
