import { resolve } from 'node:path'
import { type Compiler, createCompiler } from '../../framework/compiler.ts'
import { stampTaskNames } from './task-names.ts'

export interface TasksPlace {
  /** The app's directory. */
  readonly root: string
  /** Where its tasks are, from `root`: `tasks`. */
  readonly directory: string
  /** Whether programs in there count as tasks. Default: no. */
  readonly executables?: boolean | undefined
}

/**
 * A compiler for task files. One that is kept, to load tasks again whenever their files change, need not remember
 * what earlier processes have compiled, and is warm when the first file changes.
 */
export function createTaskCompiler({ root, directory }: TasksPlace, { remember = true } = {}): Compiler {
  const edits = [stampTaskNames(resolve(root, directory))]
  return createCompiler({ root, edits, ...(remember && { remember: `tasks in ${directory}` }) })
}
