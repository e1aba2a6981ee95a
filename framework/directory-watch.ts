import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { after } from './clock.ts'

/** An editor that saves makes several events, and one that switches branches hundreds. */
const QUIET_MS = 15

/**
 * Watches directories, each by itself and not what is below it: watching a tree would mean all of node_modules.
 * `onChange` hears of all paths that changed once it has been quiet for a moment.
 */
export class DirectoryWatch {
  readonly #onChange: (paths: readonly string[]) => void
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #changed = new Set<string>()
  #cancel = () => {}

  constructor(onChange: (paths: readonly string[]) => void) {
    this.#onChange = onChange
  }

  /**
   * Watches these directories from now on, and no others. What is not there is left out. Answers whether it began to
   * watch one: what had changed there before went unseen.
   */
  follow(directories: ReadonlySet<string>): boolean {
    for (const directory of this.#watchers.keys()) if (!directories.has(directory)) this.#leave(directory)
    const added = [...directories].filter(directory => !this.#watchers.has(directory))
    return added.map(directory => this.#join(directory)).includes(true)
  }

  close(): void {
    this.#cancel()
    this.follow(new Set())
  }

  #join(directory: string): boolean {
    try {
      const watcher = watch(directory, (_, name) => this.#note(join(directory, name ?? '')))
      // a directory that was deleted; its parent tells of it
      watcher.on('error', () => this.#leave(directory))
      this.#watchers.set(directory, watcher)
      return true
    } catch {
      // there is no such directory yet
      return false
    }
  }

  #leave(directory: string): void {
    this.#watchers.get(directory)?.close()
    this.#watchers.delete(directory)
  }

  #note(path: string): void {
    this.#changed.add(path)
    this.#cancel()
    this.#cancel = after(QUIET_MS, () => {
      const paths = [...this.#changed]
      this.#changed.clear()
      this.#onChange(paths)
    })
  }
}
