import { basename, relative, sep } from 'node:path'
import { TASK_TYPES } from './types.ts'

/** What decides whether a change matters to the tasks: absolute paths. */
export interface Surroundings {
  readonly root: string
  readonly tasks: string
  /** What they are made of, as far as that is known. */
  readonly inputs: readonly string[]
}

/** Where nobody writes code. */
const NOT_SOURCES = /(?:^|\/)(?:node_modules|\.kretes|\.git)(?:\/|$)/
/** What may be imported, or may be a directory with such files. */
const IMPORTABLE = /\.(?:[cm]?[jt]sx?|json)$|^[^.]+$/

/** Whether a directory may have sources of the app. */
export function hasSources(directory: string, root: string): boolean {
  return !NOT_SOURCES.test(fromRoot(directory, root))
}

/** Whether a change of a file may mean other tasks: a log in the app's directory does not, and our own file of types. */
export function isRelevant(path: string, { root, tasks, inputs }: Surroundings): boolean {
  const name = fromRoot(path, root)
  if (NOT_SOURCES.test(name) || name.startsWith(TASK_TYPES)) return false
  if (path.startsWith(`${tasks}${sep}`) || IMPORTABLE.test(basename(path))) return true
  // itself, or a directory that was looked for
  return inputs.some(input => input.startsWith(path))
}

function fromRoot(path: string, root: string): string {
  return relative(root, path).split(sep).join('/')
}
