import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Message } from 'esbuild'
import { removeOldBuildFiles, writeBuildFile } from './build-files.ts'
import { type Bundle, Bundler, errorsOf } from './bundler.ts'
import { type CompileError, toCompileError } from './compile-error.ts'
import type { SourceEdit } from './source-edit.ts'

/** What became of one entry file: the JavaScript file to import, or why there is none. */
export type Compiled =
  | { readonly entry: string; readonly output: string }
  | { readonly entry: string; readonly errors: readonly CompileError[] }

/** Compiles TypeScript and JavaScript files of an app to modules that Node can import. */
export interface Compiler {
  /**
   * Compiles `entries` (absolute paths) and answers for each, in the same order. An entry that cannot be compiled
   * costs the others nothing. A changed entry gets a new output path, so that `import()` sees the new code;
   * an unchanged one keeps its path, and code that entries share is one module.
   */
  compile(entries: readonly string[]): Promise<readonly Compiled[]>
  /** The files that the last compilation read, packages aside: absolute paths. */
  readonly inputs: readonly string[]
  /** Gives back what the compiler holds. */
  close(): Promise<void>
}

/**
 * A compiler for the app at `root`, whose tsconfig.json counts and in whose `.kretes/build` the output goes.
 * Packages stay outside. It loads and starts esbuild when it is first used.
 */
export function createCompiler(options: { root: string; edits?: readonly SourceEdit[] }): Compiler {
  // esbuild speaks of files by their real paths
  const root = realpathSync(options.root)
  const outputDirectory = join(root, '.kretes', 'build')
  const bundler = new Bundler({ root, outputDirectory, edits: options.edits ?? [] })
  removeOldBuildFiles(outputDirectory)
  let turn: Promise<unknown> = Promise.resolve()

  function inTurn<T>(action: () => Promise<T>): Promise<T> {
    const mine = turn.then(action)
    turn = mine.catch(() => {})
    return mine
  }

  return {
    compile: entries =>
      inTurn(async () => {
        bundler.inputs.clear()
        return compile(bundler, root, entries)
      }),
    get inputs() {
      return [...bundler.inputs]
    },
    close: () => inTurn(() => bundler.close()),
  }
}

async function compile(bundler: Bundler, root: string, entries: readonly string[]): Promise<Compiled[]> {
  if (entries.length === 0) return []
  try {
    return publish(await bundler.bundle(entries), root, entries)
  } catch (failure) {
    return compileWithout(await findBroken(bundler, entries, errorsOf(failure)), bundler, root, entries)
  }
}

/** esbuild makes all or nothing of a set of entries, so each is tried on its own to see which are to blame. */
async function findBroken(
  bundler: Bundler,
  entries: readonly string[],
  known: readonly Message[],
): Promise<ReadonlyMap<string, readonly Message[]>> {
  const checked = await Promise.all(entries.map(async entry => [entry, await bundler.check(entry)] as const))
  const broken = checked.filter(([, errors]) => errors.length > 0)
  return new Map(broken.length > 0 ? broken : entries.map(entry => [entry, known]))
}

async function compileWithout(
  broken: ReadonlyMap<string, readonly Message[]>,
  bundler: Bundler,
  root: string,
  entries: readonly string[],
): Promise<Compiled[]> {
  const sound = await compile(
    bundler,
    root,
    entries.filter(entry => !broken.has(entry)),
  )
  return entries.map(entry => {
    const errors = broken.get(entry)
    if (errors) return { entry, errors: errors.map(error => toCompileError(error, root, entry)) }
    return sound.find(compiled => compiled.entry === entry) as Compiled
  })
}

function publish({ outputFiles, metafile }: Bundle, root: string, entries: readonly string[]): Compiled[] {
  for (const { path, contents } of outputFiles) writeBuildFile(path, contents)
  const outputs = new Map<string, string>()
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) outputs.set(resolve(root, entryPoint), resolve(root, output))
  }
  return entries.map(entry => ({ entry, output: outputs.get(realpathSync(entry)) as string }))
}
