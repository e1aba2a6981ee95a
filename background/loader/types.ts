import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeIfChanged } from '../../framework/write-if-changed.ts'
import type { LoadedTask } from './load.ts'
import { shortPath } from './problem.ts'

const WRITTEN_TO = 'types'
/** Where the types are, in the app's directory. */
export const TASK_TYPES = `${WRITTEN_TO}/tasks.d.ts`

type TypedTask = Pick<LoadedTask, 'name' | 'file' | 'exportName'>

/** Writes `types/tasks.d.ts` in the app's directory and says whether anything changed. */
export function writeTaskTypes(root: string, tasks: readonly TypedTask[]): boolean {
  return writeIfChanged(join(root, TASK_TYPES), taskTypes(root, tasks))
}

/** Whether {@link writeTaskTypes} has nothing to do. */
export function taskTypesAreWritten(root: string, tasks: readonly TypedTask[]): boolean {
  const path = join(root, TASK_TYPES)
  return existsSync(path) && readFileSync(path, 'utf8') === taskTypes(root, tasks)
}

/** The declarations that let `schedule({ task: 'SendEmail', payload })` know the app's tasks. */
export function taskTypes(root: string, tasks: readonly TypedTask[]): string {
  return `// Written by ks from the files in tasks/; changes made here are lost.
export {}

declare module '@kretes/background' {
  interface Tasks {
${tasks.map(task => `    ${propertyName(task.name)}: ${typeOf(task, root)}\n`).join('')}  }
}
`
}

function propertyName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name.replace(/['\\]/g, '\\$&')}'`
}

/** A JavaScript file has no types to refer to unless the app has TypeScript look into JavaScript; a program never has. */
function typeOf({ file, exportName }: TypedTask, root: string): string {
  if (!/\.[cm]?tsx?$/.test(file)) return "import('@kretes/background').Task"
  return `typeof import('${shortPath(join(root, WRITTEN_TO), file)}').${exportName}`
}
