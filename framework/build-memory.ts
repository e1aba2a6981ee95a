import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { writeBuildFile } from './build-files.ts'

/** What a compilation made, and of what. */
export interface Build {
  /** The compiled file of each entry, in the order of the entries: absolute paths. */
  readonly outputs: readonly string[]
  /** All files that were written. */
  readonly files: readonly string[]
  /** All files that were read. */
  readonly inputs: readonly string[]
  /** What was left outside: the packages that are imported, as they are called. */
  readonly packages: readonly string[]
}

/** How every file was that had a say in a build, by its path; null for one that was not there. */
type State = Readonly<Record<string, string | null>>

/** A file system tells the time in steps. */
const CLOCKS_DIFFER_MS = 100
/** What else decides what becomes of a source: paths, JSX, decorators; imports that begin with #. */
const SETTINGS = ['tsconfig.json', 'package.json']
/** The settings that a tsconfig.json has from another file of the app. */
const EXTENDS = /"extends"\s*:\s*(?:\[\s*)?"(\.[^"]+)"/

/**
 * Builds of earlier processes. esbuild takes longer to load and start than most commands take as a whole, and hardly
 * ever has anything changed since the command before.
 */
export class BuildMemory {
  readonly #directory: string
  readonly #what: string

  /** `what` tells builds apart that make different things of the same entries. */
  constructor(directory: string, what: string) {
    this.#directory = directory
    // once built, the name of this file has a hash of the code of the compiler in it
    this.#what = `${what} ${import.meta.url}`
  }

  /** The build of `entries`; undefined when there was none, or when one made now could be another. */
  recall(entries: readonly string[]): Build | undefined {
    try {
      const { state, ...build } = JSON.parse(readFileSync(this.#file(entries), 'utf8')) as Build & {
        state: State
      }
      const isSame = Object.entries(state).every(([path, before]) => stateOf(path) === before)
      return isSame && build.files.every(file => existsSync(file)) ? build : undefined
    } catch {
      return undefined
    }
  }

  /** Keeps a build that began at `since`, unless somebody has been writing meanwhile: who knows what has been read. */
  keep(entries: readonly string[], build: Build, since: number): void {
    const paths = [...build.inputs, ...settingsFor(build.inputs)]
    if (paths.some(path => changedAt(path) > since - CLOCKS_DIFFER_MS)) return
    const state: State = Object.fromEntries(paths.map(path => [path, stateOf(path)]))
    writeBuildFile(this.#file(entries), Buffer.from(JSON.stringify({ ...build, state })))
  }

  #file(entries: readonly string[]): string {
    const name = createHash('sha256')
      .update([this.#what, ...entries].join('\n'))
      .digest('hex')
    return join(this.#directory, `memory-${name.slice(0, 16)}.json`)
  }
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0
}

/** Also the time of the last change of what is known of the file: a copy may have taken over the other one. */
function stateOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats?.isFile() ? `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}` : null
}

/** Where settings for these files are, or would be: beside them, or in a directory above. */
function settingsFor(files: readonly string[]): string[] {
  const directories = new Set<string>()
  for (const file of files) {
    let directory = dirname(file)
    while (!directories.has(directory)) {
      directories.add(directory)
      directory = dirname(directory)
    }
  }
  const paths = [...directories].flatMap(directory => SETTINGS.map(name => join(directory, name)))
  return [...paths, ...paths.flatMap(extended)]
}

/** The file of the app that a tsconfig.json builds upon, and the one that that does. */
function extended(path: string): string[] {
  const [, name] = EXTENDS.exec(existsSync(path) ? readFileSync(path, 'utf8') : '') ?? []
  if (name === undefined) return []
  const other = resolve(dirname(path), name.endsWith('.json') ? name : `${name}.json`)
  return other === path ? [] : [other, ...extended(other)]
}
