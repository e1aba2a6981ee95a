import { loadTasks, type Problem } from '../../../../background/operator.ts'
import { EXIT } from '../../../exit-codes.ts'
import type { CommonOptions } from '../../../options.ts'
import { painterFor, printJson, say } from '../../../output.ts'
import { findProject } from '../../../project.ts'
import { type Column, printTable } from '../../../table.ts'
import { describeProblem } from '../../../worker/problems.ts'
import { type ToldTask, taskAsJson } from './task-json.ts'

export interface TasksOptions extends CommonOptions {
  readonly tasks?: string
}

const COLUMNS: readonly Column<ToldTask>[] = [
  { header: 'task', least: 12, cell: ({ name }) => name },
  { header: 'queue', least: 8, cell: ({ queue }) => queue ?? '' },
  { header: 'attempts', align: 'right', cell: ({ maxAttempts }) => String(maxAttempts) },
  { header: 'priority', align: 'right', cell: ({ priority }) => (priority === 0 ? '' : String(priority)) },
  { header: 'payload', cell: ({ hasSchema }) => (hasSchema ? 'schema' : '') },
  { header: 'cron', least: 8, cell: ({ cron }) => cron.map(({ expression }) => expression).join(', ') },
  { header: 'file', least: 10, cell: ({ file }) => file ?? '' },
]

/** What `ks bg tasks ls` does. */
export async function runTasksLs(options: TasksOptions): Promise<void> {
  const { root, background } = await findProject({ background: { tasks: options.tasks } })
  const { tasks: directory, executables } = background
  const { registry, tasks, problems } = await loadTasks({ root, directory, executables })
  const fileOf = (name: string) => tasks.find(task => task.name === name)?.file
  const told = registry.names.map(name => taskAsJson(registry.get(name), fileOf(name), root))
  if (problems.some(({ severity }) => severity === 'error')) process.exitCode = EXIT.failed
  if (options.json) return printJson({ tasks: told, problems: problems.map(problemAsJson) })
  for (const problem of problems) say(describeProblem(problem, painterFor(process.stderr)))
  if (told.length > 0) printTable(COLUMNS, told)
  else say(`there is no task in ${directory}/`)
}

function problemAsJson({ severity, file, line = null, column = null, message, hint }: LooseProblem) {
  return { severity, file, line, column, message, hint }
}

type LooseProblem = Omit<Problem, 'line' | 'column'> & {
  readonly line?: number | null
  readonly column?: number | null
}
