import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Message } from 'esbuild'
import { removeOldBuildFiles, writeBuildFile } from './build-files.ts'
import { type Build, BuildMemory } from './build-memory.ts'
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
  /** The packages that what it made imports, as they are called there; none when it failed. */
  readonly packages: readonly string[]
  /** Gives back what the compiler holds. */
  close(): Promise<void>
}

export interface CompilerOptions {
  readonly root: string
  readonly edits?: readonly SourceEdit[]
  /**
   * Makes use of what an earlier process has compiled, as long as nothing has changed. The name tells compilers with
   * different edits apart. Without it, everything is compiled anew.
   */
  readonly remember?: string
}

/**
 * A compiler for the app at `root`, whose tsconfig.json counts and in whose `.kretes/build` the output goes.
 * Packages stay outside. It loads and starts esbuild when it is first needed.
 */
export function createCompiler(options: CompilerOptions): Compiler {
  // esbuild speaks of files by their real paths
  const root = realpathSync(options.root)
  const outputDirectory = join(root, '.kretes', 'build')
  const bundler = new Bundler({ root, outputDirectory, edits: options.edits ?? [] })
  const memory =
    options.remember === undefined ? undefined : new BuildMemory(outputDirectory, options.remember)
  let packages: readonly string[] = []
  const written = new Set<string>()
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
        packages = []
        const note = (imported: readonly string[]) => {
          packages = imported
        }
        const known = memory?.recall(entries)
        if (known) return recalled(known, { bundler, note }, entries)
        // the first time only: one that is kept compiles again and again, and there may be thousands
        if (written.size === 0) removeOldBuildFiles(outputDirectory)
        return compile({ bundler, root, memory, written, note }, entries)
      }),
    get inputs() {
      return [...bundler.inputs]
    },
    get packages() {
      return packages
    },
    close: () => inTurn(() => bundler.close()),
  }
}

/** What it takes to compile. */
interface Workshop {
  readonly bundler: Bundler
  readonly root: string
  readonly memory: BuildMemory | undefined
  /** Files it has made already: their names have a hash of their contents, so they need no second look. */
  readonly written: Set<string>
  /** Hears which packages are imported. */
  note(packages: readonly string[]): void
}

function recalled(
  { outputs, inputs, packages }: Build,
  { bundler, note }: Pick<Workshop, 'bundler' | 'note'>,
  entries: readonly string[],
): Compiled[] {
  for (const input of inputs) bundler.inputs.add(input)
  note(packages)
  return entries.map((entry, at) => ({ entry, output: outputs[at] as string }))
}

async function compile(workshop: Workshop, entries: readonly string[]): Promise<Compiled[]> {
  const { bundler, root, memory, written, note } = workshop
  if (entries.length === 0) return []
  const since = Date.now()
  try {
    const bundle = await bundler.bundle(entries)
    publish(bundle, written)
    const outputs = outputsOf(bundle, root, entries)
    const packages = packagesOf(bundle)
    const files = bundle.outputFiles.map(({ path }) => path)
    memory?.keep(entries, { outputs, packages, files, inputs: [...bundler.inputs] }, since)
    note(packages)
    return entries.map((entry, at) => ({ entry, output: outputs[at] as string }))
  } catch (failure) {
    return compileWithout(await findBroken(bundler, entries, errorsOf(failure)), workshop, entries)
  }
}

function packagesOf({ metafile }: Bundle): string[] {
  const imports = Object.values(metafile.outputs).flatMap(output => output.imports)
  return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))].sort()
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
  workshop: Workshop,
  entries: readonly string[],
): Promise<Compiled[]> {
  const sound = await compile(
    workshop,
    entries.filter(entry => !broken.has(entry)),
  )
  return entries.map(entry => {
    const errors = broken.get(entry)
    if (errors) return { entry, errors: errors.map(error => toCompileError(error, workshop.root, entry)) }
    return sound.find(compiled => compiled.entry === entry) as Compiled
  })
}

function publish({ outputFiles }: Bundle, written: Set<string>): void {
  for (const { path, contents } of outputFiles) {
    if (!written.has(path)) writeBuildFile(path, contents)
    written.add(path)
  }
}

/** The file of each entry. */
function outputsOf({ metafile }: Bundle, root: string, entries: readonly string[]): string[] {
  const outputs = new Map<string, string>()
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) outputs.set(resolve(root, entryPoint), resolve(root, output))
  }
  return entries.map(entry => outputs.get(realpathSync(entry)) as string)
}
