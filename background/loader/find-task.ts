import { posix } from 'node:path'
import { isKretesError } from '../../framework/errors.ts'
import { stampedName, stampName } from '../identity.ts'
import { type AnyTask, define } from '../task.ts'
import type { TaskFile } from './discover.ts'
import { type Problem, shortPath } from './problem.ts'

/** A task among the exports of a file. */
export interface FoundTask {
  /** The file's, unless `task({ name })` says otherwise or the task is that of another file. */
  readonly name: string
  readonly fileName: string
  readonly file: string
  /** Under which name the file exports it: `default`, or the file's own. */
  readonly exportName: string
  /** The file that was imported. */
  readonly output: string
  readonly task: AnyTask
}

/** The task that a file exports by default or under its own name. One that has no name yet gets the file's. */
export function findTask(
  source: TaskFile,
  exports: Record<string, unknown>,
  root: string,
  output: string = source.file,
): FoundTask | Problem {
  const { name: fileName, file } = source
  const candidates = ['default', posix.basename(fileName)].filter(key => exports[key] !== undefined)
  const exportName = candidates.find(key => typeof exports[key] === 'function') ?? candidates[0]
  if (exportName === undefined) return noExport(fileName, shortPath(root, file))
  const task = exports[exportName] as AnyTask
  try {
    define(task, fileName)
    if (stampedName(task) === undefined) stampName(task, fileName)
  } catch (error) {
    if (!isKretesError(error)) throw error
    return {
      severity: 'error',
      file: shortPath(root, file),
      message: error.message,
      hint: error.hint as string,
    }
  }
  return { name: stampedName(task) as string, fileName, file, exportName, output, task }
}

function noExport(fileName: string, file: string): Problem {
  return {
    severity: 'warning',
    file,
    message: `is not taken for a task: it exports neither a default nor ${posix.basename(fileName)}`,
    hint: 'export default async (payload, context) => …; if it holds no task, let its name begin with _',
  }
}
