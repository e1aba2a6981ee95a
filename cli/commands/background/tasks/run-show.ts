import { humanDuration } from '../../../../framework/duration.ts'
import { indent, painterFor, print, printJson, table } from '../../../output.ts'
import { findProject } from '../../../project.ts'
import { findTask } from '../find-task.ts'
import type { TasksOptions } from './run-ls.ts'
import { type ToldTask, taskAsJson } from './task-json.ts'

/** What `ks bg tasks show` does. */
export async function runTasksShow(name: string, options: TasksOptions): Promise<void> {
  const project = await findProject({ background: { tasks: options.tasks } })
  const { definition, file } = await findTask(name, project)
  const task = taskAsJson(definition, file, project.root)
  if (options.json) return printJson(task)
  const paint = painterFor(process.stdout)
  print(paint('bold', task.name))
  for (const line of table(factsOf(task).map(([fact, value]) => [paint('dim', fact), value])))
    print(indent(line))
  if (task.payload === null) return
  print(`  ${paint('dim', 'payload, as JSON Schema')}`)
  print(indent(JSON.stringify(task.payload, null, 2), '    '))
}

function factsOf(task: ToldTask): [name: string, value: string][] {
  const { file, queue, maxAttempts, priority, timeout, retention, tags, cron, hasSchema } = task
  const facts: [string, string | null][] = [
    ['file', file],
    ['queue', queue ?? 'none: its jobs run in parallel'],
    ['attempts', String(maxAttempts)],
    ['priority', String(priority)],
    ['timeout', timeout === null ? 'none' : humanDuration(timeout)],
    ['kept', retention === null ? null : retention === 0 ? 'not at all' : `for ${humanDuration(retention)}`],
    ['tags', tags.join(', ')],
    ['cron', cron.map(({ expression, timeZone }) => `${expression} ${timeZone}`).join(', ')],
    ['checked', hasSchema ? null : 'no: it has no schema, so any payload is taken'],
  ]
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]))
}
