import { constants } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, posix, sep } from 'node:path'
import { DuplicateTask } from '../errors.ts'
import { type Problem, shortPath } from './problem.ts'

/** A file that should hold a task. */
export interface TaskFile {
  /** Its path under `tasks/` without extension: `SendEmail`, `billing/ChargeCard`. */
  readonly name: string
  /** Absolute path. */
  readonly file: string
  /** A program to run, not a module to import. */
  readonly isExecutable?: true
}

/** Where to look, and for what. */
export interface DiscoverOptions {
  /** Whether programs count as tasks. */
  readonly executables?: boolean | undefined
}

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/
const EXTENSION = /\.[^./]*$/
const NO_TASK = /\.d\.[cm]?ts$|\.(?:test|spec)\.\w+$|(?:^|\/)(?:[._]|node_modules\/)/
const PASCAL_CASE = /^[A-Z][A-Za-z0-9]*$/

/**
 * The task files in `directory` and below, sorted by name, and what is wrong with the other files there.
 * Two files with one name, also when it differs only in case, are two problems and no task.
 */
export async function discover(
  directory: string,
  root: string,
  { executables = false }: DiscoverOptions = {},
): Promise<{ readonly files: readonly TaskFile[]; readonly problems: readonly Problem[] }> {
  const paths = await listTasks(directory, executables)
  if (paths.length === 0) return { files: [], problems: [noTasks(directory, root)] }
  const files: TaskFile[] = []
  const problems: Problem[] = []
  for (const path of paths) {
    const twin = paths.find(other => other !== path && sameName(other, path))
    const name = nameOf(path)
    const file = join(directory, path)
    if (twin) problems.push(twoFiles(path, twin, directory, root))
    else if (!PASCAL_CASE.test(posix.basename(name))) problems.push(misnamed(path, directory, root))
    else files.push(SOURCE.test(path) ? { name, file } : { name, file, isExecutable: true })
  }
  return { files, problems }
}

/** The names of the tasks in a directory, as far as the names of files tell: nothing is compiled. */
export async function taskNamesIn(root: string, directory: string): Promise<string[]> {
  const { files } = await discover(join(root, directory), root)
  return files.map(({ name }) => name)
}

/** The name of the task in a file, by its path under `tasks/`; none for a file that does not look like a task's. */
export function taskNameOf(path: string): string | undefined {
  const name = path.replace(SOURCE, '')
  const looksRight = SOURCE.test(path) && !NO_TASK.test(path) && PASCAL_CASE.test(posix.basename(name))
  return looksRight ? name : undefined
}

/** Paths relative to `directory`, with forward slashes; none when there is no such directory. */
async function listTasks(directory: string, executables: boolean): Promise<string[]> {
  try {
    const all = (await readdir(directory, { recursive: true })).map(path => path.split(sep).join('/'))
    const paths = all.filter(path => !NO_TASK.test(path)).sort()
    const programs = executables ? await executablesAmong(directory, paths) : []
    return paths.filter(path => SOURCE.test(path) || programs.includes(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Files that their owner may execute. Windows has no such thing. */
async function executablesAmong(directory: string, paths: readonly string[]): Promise<string[]> {
  if (process.platform === 'win32') return []
  const candidates = paths.filter(path => !SOURCE.test(path))
  const found = await Promise.all(candidates.map(path => stat(join(directory, path)).catch(() => undefined)))
  return candidates.filter((_, index) => {
    const file = found[index]
    return file?.isFile() && (file.mode & constants.S_IXUSR) !== 0
  })
}

/** The path without its extension. */
function nameOf(path: string): string {
  return path.replace(EXTENSION, '')
}

function sameName(one: string, other: string): boolean {
  return nameOf(one).toLowerCase() === nameOf(other).toLowerCase()
}

function noTasks(directory: string, root: string): Problem {
  const file = `${shortPath(root, directory)}/`
  return {
    severity: 'error',
    file,
    message: 'there are no tasks',
    hint: `write the first one, ${file}SendEmail.ts: export default async ({ to }, { log }) => log.info(\`to \${to}\`)`,
  }
}

function twoFiles(path: string, twin: string, directory: string, root: string): Problem {
  const [file, other] = [path, twin].map(each => shortPath(root, join(directory, each))) as [string, string]
  const { message, hint } = new DuplicateTask(nameOf(path), [file, other])
  return { severity: 'error', file, message, hint: hint as string }
}

function misnamed(path: string, directory: string, root: string): Problem {
  const right = pascalCase(posix.basename(nameOf(path)))
  const fix = PASCAL_CASE.test(right)
    ? `rename it to ${right}${EXTENSION.exec(path) ?? ''}`
    : 'rename it, as in SendEmail.ts'
  return {
    severity: 'warning',
    file: shortPath(root, join(directory, path)),
    message: 'is not taken for a task: the names of task files are in PascalCase',
    hint: `${fix}; if it holds no task, move it elsewhere or let its name begin with _`,
  }
}

function pascalCase(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter(Boolean)
  return words.map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
}
