import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { after, monotonic } from './clock.ts'

/** An editor that saves makes several events, and one that switches branches hundreds. */
const QUIET_MS = 15
/** Something that is written to without a pause, such as a log file, keeps no change waiting for longer. */
const LONGEST_MS = 100

/** Hears of paths that changed; `since` is when the first of them did, on the monotonic clock. */
type OnChange = (paths: readonly string[], since: number) => void

/**
 * Watches directories, each by itself and not what is below it: watching a tree would mean all of node_modules.
 * `onChange` hears of all paths that changed once it has been quiet for a moment, or has not been for too long.
 */
export class DirectoryWatch {
  readonly #onChange: OnChange
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #changed = new Set<string>()
  #since: number | undefined
  #cancel = () => {}

  constructor(onChange: OnChange) {
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
    const now = monotonic()
    this.#since ??= now
    this.#changed.add(path)
    const left = this.#since + LONGEST_MS - now
    // the timer is due, and to set it anew would put it off
    if (left <= 0) return
    this.#cancel()
    this.#cancel = after(Math.min(QUIET_MS, left), () => this.#tell())
  }

  #tell(): void {
    const [paths, since] = [[...this.#changed], this.#since as number]
    this.#changed.clear()
    this.#since = undefined
    this.#onChange(paths, since)
  }
}
