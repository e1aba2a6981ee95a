import { join, resolve } from 'node:path'
import type * as Esbuild from 'esbuild'
import { editSources, IMPORT_META, keepImportMeta, type SourceEdit } from './source-edit.ts'

type InMemory = { readonly write: false; readonly metafile: true }

/** What esbuild made of a set of entry files, still in memory. */
export type Bundle = Pick<Esbuild.BuildResult<InMemory>, 'outputFiles' | 'metafile'>

export interface BundlerOptions {
  /** Paths in results are relative to it; its tsconfig.json counts. */
  readonly root: string
  readonly outputDirectory: string
  readonly edits: readonly SourceEdit[]
}

/** The app and what runs its tasks must mean the same package: two copies of it must not arise. */
const OUR_PACKAGE = /^@kretes\/background(\/|$)/

/** Bundles entry files with esbuild, each time starting from what it knows of the last. */
export class Bundler {
  static #inUse = 0
  /** What was read, and what was looked for and is not there: absolute paths, packages aside. */
  readonly inputs = new Set<string>()
  readonly #root: string
  readonly #options: Esbuild.BuildOptions & InMemory
  #esbuild: typeof Esbuild | undefined
  #context: Esbuild.BuildContext<InMemory> | undefined
  #contextEntries: readonly string[] = []

  constructor(options: BundlerOptions) {
    this.#root = options.root
    this.#options = esbuildOptions(options, this.inputs)
  }

  /** @throws esbuild's BuildFailure when any of the entries cannot be bundled. */
  async bundle(entries: readonly string[]): Promise<Bundle> {
    const esbuild = await this.#load()
    if (!this.#context || entries.join('\n') !== this.#contextEntries.join('\n')) {
      await this.#context?.dispose()
      this.#contextEntries = entries
      this.#context = await esbuild.context({ ...this.#options, entryPoints: [...entries] })
    }
    const bundle = await this.#context.rebuild()
    // also what is found by the paths of tsconfig.json and is no source, such as JSON
    for (const path of Object.keys(bundle.metafile.inputs)) this.inputs.add(resolve(this.#root, path))
    return bundle
  }

  /** What is wrong with one entry and the code it imports. */
  async check(entry: string): Promise<readonly Esbuild.Message[]> {
    const esbuild = await this.#load()
    try {
      await esbuild.build({ ...this.#options, entryPoints: [entry] })
      return []
    } catch (failure) {
      return errorsOf(failure)
    }
  }

  /** Gives back what is held; esbuild's process ends with the last bundler that uses it. */
  async close(): Promise<void> {
    const esbuild = this.#esbuild
    this.#esbuild = undefined
    await this.#context?.dispose()
    this.#context = undefined
    if (esbuild && --Bundler.#inUse === 0) await esbuild.stop()
  }

  async #load(): Promise<typeof Esbuild> {
    if (!this.#esbuild) Bundler.#inUse++
    this.#esbuild ??= await import('esbuild')
    return this.#esbuild
  }
}

/** The messages in what esbuild throws when a build fails; anything else is thrown on. */
export function errorsOf(failure: unknown): readonly Esbuild.Message[] {
  const { errors } = failure as Esbuild.BuildFailure
  if (Array.isArray(errors)) return errors
  throw failure
}

function esbuildOptions(
  { root, outputDirectory, edits }: BundlerOptions,
  inputs: Set<string>,
): Esbuild.BuildOptions & InMemory {
  return {
    absWorkingDir: root,
    outbase: root,
    outdir: outputDirectory,
    entryNames: '[dir]/[name]-[hash]',
    chunkNames: join('chunks', '[name]-[hash]'),
    // an app without "type": "module" would make Node take .js for CommonJS
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    // two classes of one name would become X and X2, also in the names of errors
    keepNames: true,
    define: IMPORT_META,
    plugins: [
      keepOurPackageOutside,
      noteImports(inputs),
      editSources([noteFile(inputs), keepImportMeta, ...edits]),
    ],
    logLevel: 'silent',
    write: false,
    metafile: true,
  }
}

/** Every source that is compiled, however its importer calls it. */
function noteFile(inputs: Set<string>): SourceEdit {
  return (file, source) => {
    inputs.add(file)
    return source
  }
}

/** Also of what does not exist: whoever waits for a change waits for just that. */
function noteImports(inputs: Set<string>): Esbuild.Plugin {
  return {
    name: 'kretes-inputs',
    setup: build =>
      build.onResolve({ filter: /^[./]/ }, ({ path, resolveDir }) => {
        inputs.add(resolve(resolveDir, path))
        return undefined
      }),
  }
}

const keepOurPackageOutside: Esbuild.Plugin = {
  name: 'kretes-outside',
  setup: build => build.onResolve({ filter: OUR_PACKAGE }, ({ path }) => ({ path, external: true })),
}
