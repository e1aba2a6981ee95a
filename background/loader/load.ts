import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Compiled, Compiler } from '../../framework/compiler.ts'
import { DuplicateTask } from '../errors.ts'
import { createRegistry, type Registry } from '../registry.ts'
import type { TaskDefinition } from '../task.ts'
import { discover, type TaskFile } from './discover.ts'
import { executableTask } from './executable.ts'
import { type FoundTask, findTask } from './find-task.ts'
import { compileProblem, importProblem, type Problem, shortPath } from './problem.ts'
import { createTaskCompiler, type TasksPlace } from './task-compiler.ts'

/** A task that was found, compiled and imported. */
export interface LoadedTask {
  readonly name: string
  /** Absolute path of its source. */
  readonly file: string
  /** Under which name the file exports it: `default`, or the file's own. */
  readonly exportName: string
  /** The compiled file; changed code has another one. */
  readonly output: string
  readonly definition: TaskDefinition
}

export interface LoadedTasks {
  readonly registry: Registry
  readonly tasks: readonly LoadedTask[]
  readonly problems: readonly Problem[]
}

/**
 * Makes a registry of the files in `tasks/`. What is wrong with a file becomes a {@link Problem}, not an exception,
 * and costs the other files nothing. Without a `compiler` one is made and closed.
 */
export async function loadTasks(
  options: TasksPlace & { readonly compiler?: Pick<Compiler, 'compile' | 'close'> },
): Promise<LoadedTasks> {
  const root = realpathSync(options.root)
  const { files, problems } = await discover(resolve(root, options.directory), root, options)
  const programs = files.filter(file => file.isExecutable).map(file => wrap(file, root))
  const modules = await loadModules(
    files.filter(file => !file.isExecutable),
    options,
    root,
  )
  const found = [...programs, ...modules.filter(result => 'task' in result)]
  found.sort((one, other) => (one.fileName < other.fileName ? -1 : 1))
  return register(found, [...problems, ...modules.filter(result => 'message' in result)], root)
}

async function loadModules(
  files: readonly TaskFile[],
  options: Parameters<typeof loadTasks>[0],
  root: string,
): Promise<(FoundTask | Problem)[]> {
  const compiler = options.compiler ?? createTaskCompiler(options)
  try {
    const compiled = await compiler.compile(files.map(({ file }) => file))
    // without it the stacks of failed jobs would point into compiled files
    process.setSourceMapsEnabled(true)
    const loaded = files.map((file, index) => load(file, compiled[index] as Compiled, root))
    return (await Promise.all(loaded)).flat()
  } finally {
    if (!options.compiler) await compiler.close()
  }
}

async function load(source: TaskFile, compiled: Compiled, root: string): Promise<(FoundTask | Problem)[]> {
  if ('errors' in compiled) return compiled.errors.map(error => compileProblem(error, root))
  try {
    return [findTask(source, await import(pathToFileURL(compiled.output).href), root, compiled.output)]
  } catch (thrown) {
    return [importProblem(thrown, root, source.file)]
  }
}

function wrap({ name, file }: TaskFile, root: string): FoundTask {
  return { name, fileName: name, file, exportName: 'default', output: file, task: executableTask(file, root) }
}

function register(found: readonly FoundTask[], problems: readonly Problem[], root: string): LoadedTasks {
  const { usable, duplicates } = settleNames(found, root)
  const registry = createRegistry(Object.fromEntries(usable.map(({ name, task }) => [name, task])))
  const tasks = usable.map(({ name, file, exportName, output }) => {
    return { name, file, exportName, output, definition: registry.get(name) }
  })
  return { registry, tasks, problems: [...problems, ...duplicates] }
}

/**
 * Files have names of their own, but `task({ name })` and a file that passes on the task of another one can claim
 * a name twice: the file whose own it is keeps it, else nobody does.
 */
function settleNames(found: readonly FoundTask[], root: string) {
  const usable: FoundTask[] = []
  const duplicates: Problem[] = []
  for (const one of found) {
    const rival = found.find(other => other !== one && other.name.toLowerCase() === one.name.toLowerCase())
    if (!rival || one.name === one.fileName) usable.push(one)
    else duplicates.push(duplicate(one, rival, root))
  }
  return { usable, duplicates }
}

function duplicate({ name, file }: FoundTask, rival: FoundTask, root: string): Problem {
  const places = [file, rival.file].map(each => shortPath(root, each))
  const { message, hint } = new DuplicateTask(name, places)
  return { severity: 'error', file: places[0] as string, message, hint: hint as string }
}
