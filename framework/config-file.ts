import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildFailure, Message } from 'esbuild'
import { KretesError, messageOf } from './errors.ts'
import { isPlainObject, type PlainObject } from './plain-object.ts'

const NAMES = ['kretes.config.ts', 'kretes.config.js', 'kretes.config.mjs']

/** The configuration file of the app in `root` and what it exports; undefined when there is none. */
export async function loadConfigFile(
  root: string,
): Promise<{ readonly name: string; readonly values: PlainObject } | undefined> {
  const name = await firstThatExists(root)
  if (name === undefined) return undefined
  const file = path.resolve(root, name)
  const module = name.endsWith('.ts') ? await importTypeScript(file) : await importFresh(file)
  if (isPlainObject(module.default)) return { name, values: module.default }
  throw new KretesError(`${name} exports no configuration`, {
    code: 'INVALID_CONFIG',
    hint: 'end it with: export default defineConfig({ … })',
  })
}

async function firstThatExists(root: string): Promise<string | undefined> {
  for (const name of NAMES) if (await modifiedAt(path.join(root, name))) return name
  return undefined
}

async function modifiedAt(file: string): Promise<number | undefined> {
  return stat(file).then(
    found => found.mtimeMs,
    () => undefined,
  )
}

type Module = { readonly default?: unknown }

/** The time of the last change belongs to the address, or a process that loads again would see the first version. */
async function importFresh(file: string): Promise<Module> {
  return evaluate(`${pathToFileURL(file)}?changed=${await modifiedAt(file)}`, path.basename(file))
}

/** The compiled file lies below the root while it is imported, because packages are found from where a file lies. */
async function importTypeScript(file: string): Promise<Module> {
  const name = path.basename(file)
  const code = await compile(file)
  const compiled = path.join(path.dirname(file), '.kretes', 'config', `${name}.${randomUUID()}.mjs`)
  try {
    await mkdir(path.dirname(compiled), { recursive: true })
    await writeFile(compiled, code)
  } catch (error) {
    throw new KretesError(`${name} cannot be compiled: ${messageOf(error)}`, {
      code: 'CONFIG_NOT_WRITABLE',
      hint: 'let this process write to .kretes next to it, or use kretes.config.js, which needs no compiling',
      cause: error,
    })
  }
  return evaluate(String(pathToFileURL(compiled)), name).finally(() => rm(compiled, { force: true }))
}

async function evaluate(url: string, name: string): Promise<Module> {
  return import(url).catch(error => {
    throw new KretesError(`${name} failed to load: ${messageOf(error)}`, {
      code: 'INVALID_CONFIG',
      hint: 'the cause says where',
      cause: error,
    })
  })
}

async function compile(file: string): Promise<Uint8Array> {
  const { build } = await import('esbuild')
  const result = await build({
    entryPoints: [file],
    absWorkingDir: path.dirname(file),
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    write: false,
    logLevel: 'silent',
    define: {
      'import.meta.url': JSON.stringify(String(pathToFileURL(file))),
      'import.meta.dirname': JSON.stringify(path.dirname(file)),
      'import.meta.filename': JSON.stringify(file),
    },
  }).catch((failure: BuildFailure) => {
    throw failure.errors === undefined ? failure : syntaxError(failure, path.basename(file))
  })
  return result.outputFiles[0]!.contents
}

function syntaxError(failure: BuildFailure, name: string): KretesError {
  return new KretesError(`${name} does not compile\n${failure.errors.map(frame).join('\n')}`, {
    code: 'INVALID_CONFIG',
    hint: 'correct it at the place marked with ^',
    cause: failure,
  })
}

function frame({ text, location }: Message): string {
  if (location === null) return text
  const { file, line, column, lineText, length } = location
  const margin = `  ${line} | `
  const marks = '^'.repeat(Math.max(1, Math.min(length, lineText.length - column)))
  return `${file}:${line}:${column + 1}: ${text}\n${margin}${lineText}\n${' '.repeat(margin.length + column)}${marks}`
}
