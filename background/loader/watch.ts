import { existsSync, realpathSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { monotonic } from '../../framework/clock.ts'
import type { Compiler } from '../../framework/compiler.ts'
import { DirectoryWatch } from '../../framework/directory-watch.ts'
import { type LoadedTasks, loadTasks } from './load.ts'
import type { Problem } from './problem.ts'
import { hasSources, isRelevant } from './relevance.ts'
import { createTaskCompiler, type TasksPlace } from './task-compiler.ts'

/** What a change of files meant for the tasks. Names are sorted. */
export interface TaskChanges {
  readonly loaded: LoadedTasks
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  /** Their files are there but cannot be loaded as they are now: the code they had before stays in use. */
  readonly kept: readonly string[]
  /** Problems that were not there before. */
  readonly problems: readonly Problem[]
  /** From the first of the changes until now, in milliseconds. */
  readonly ms: number
}

export interface TaskWatchOptions extends TasksPlace {
  /** The tasks are others now, or something is wrong that was not before. */
  readonly onTasks: (changes: TaskChanges) => Promise<void> | void
  /** Files of the app's own directory changed: `kretes.config.ts`, `crontab`. */
  readonly onRoot: (names: readonly string[]) => void
  /** What has changed could not be loaded, or whoever was told of it has failed: the tasks stay as they were. */
  readonly onTrouble: (error: unknown) => void
}

/** Loads the tasks, and again whatever changes: a task's file, a module it imports, a file that comes or goes. */
export class TaskWatch {
  readonly #options: TaskWatchOptions
  readonly #root: string
  readonly #tasks: string
  readonly #compiler: Compiler
  readonly #watch: DirectoryWatch
  #last: LoadedTasks | undefined
  #outputs = new Map<string, { readonly output: string; readonly file: string }>()
  #turn: Promise<void> = Promise.resolve()

  constructor(options: TaskWatchOptions) {
    this.#options = options
    this.#root = realpathSync(options.root)
    this.#tasks = resolve(this.#root, options.directory)
    this.#compiler = createTaskCompiler({ ...options, root: this.#root }, { remember: false })
    this.#watch = new DirectoryWatch((paths, since) => this.#changed(paths, since))
  }

  /** The tasks as they are now; what changes after that is told. */
  async load(): Promise<LoadedTasks> {
    const loaded = await this.#load()
    this.#last = loaded
    this.#remember(loaded, [])
    return loaded
  }

  async close(): Promise<void> {
    this.#watch.close()
    await this.#turn
    await this.#compiler.close()
  }

  async #load(): Promise<LoadedTasks> {
    for (;;) {
      const loaded = await loadTasks({ ...this.#options, compiler: this.#compiler })
      if (!this.#watch.follow(await this.#directories())) return loaded
    }
  }

  #changed(paths: readonly string[], since: number): void {
    const inRoot = paths.filter(path => dirname(path) === this.#root)
    if (inRoot.length > 0) this.#options.onRoot(inRoot.map(path => basename(path)))
    const surroundings = { root: this.#root, tasks: this.#tasks, inputs: this.#compiler.inputs }
    if (!paths.some(path => isRelevant(path, surroundings))) return
    this.#turn = this.#turn.then(() => this.#again(since)).catch(this.#options.onTrouble)
  }

  async #again(since: number): Promise<void> {
    const loaded = await this.#load()
    const before = this.#outputs
    const isLoaded = new Set(loaded.tasks.map(({ name }) => name))
    const missing = [...before].filter(([name]) => !isLoaded.has(name))
    const kept = missing.filter(([, { file }]) => existsSync(file)).map(([name]) => name)
    const changes = {
      added: loaded.tasks.filter(({ name }) => !before.has(name)).map(({ name }) => name),
      changed: loaded.tasks
        .filter(({ name, output }) => before.has(name) && before.get(name)?.output !== output)
        .map(({ name }) => name),
      removed: missing.map(([name]) => name).filter(name => !kept.includes(name)),
      problems: newAmong(loaded.problems, this.#last?.problems ?? []),
    }
    const isCured = loaded.problems.length < (this.#last?.problems.length ?? 0)
    this.#last = loaded
    this.#remember(loaded, kept)
    if (isCured || Object.values(changes).some(({ length }) => length > 0))
      await this.#options.onTasks({ ...changes, loaded, kept, ms: monotonic() - since })
  }

  #remember(loaded: LoadedTasks, kept: readonly string[]): void {
    const before = this.#outputs
    const now = loaded.tasks.map(({ name, output, file }) => [name, { output, file }] as const)
    this.#outputs = new Map([...[...before].filter(([name]) => kept.includes(name)), ...now])
  }

  /** Where a change can matter: the app's own directory, that of the tasks, and wherever they import from. */
  async #directories(): Promise<Set<string>> {
    const entries = await readdir(this.#tasks, { recursive: true, withFileTypes: true }).catch(() => [])
    const below = entries
      .filter(entry => entry.isDirectory())
      .map(entry => join(entry.parentPath, entry.name))
    const imported = this.#compiler.inputs.map(file => dirname(file))
    const all = [this.#root, this.#tasks, ...below, ...imported]
    return new Set(all.filter(path => hasSources(path, this.#root)))
  }
}

/** The same problem is not told again with each keystroke. */
function newAmong(problems: readonly Problem[], known: readonly Problem[]): Problem[] {
  const before = new Set(known.map(problem => JSON.stringify(problem)))
  return problems.filter(problem => !before.has(JSON.stringify(problem)))
}
