import { stat } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CompileError } from './compile-error.ts'
import { isKretesError, KretesError, messageOf } from './errors.ts'
import { isPlainObject, type PlainObject } from './plain-object.ts'

const NAMES = ['kretes.config.ts', 'kretes.config.js', 'kretes.config.mjs']

/** The configuration file of the app in `root` and what it exports; undefined when there is none. */
export async function loadConfigFile(
  root: string,
): Promise<{ readonly name: string; readonly values: PlainObject } | undefined> {
  const name = await firstThatExists(root)
  if (name === undefined) return undefined
  const url = name.endsWith('.ts')
    ? await compile(root, name)
    : await addressOfVersion(path.resolve(root, name))
  const { default: values } = await evaluate(url, name)
  if (isPlainObject(values)) return { name, values }
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

/** The time of the last change is in the address, or a process that loads again would get what it loaded first. */
async function addressOfVersion(file: string): Promise<string> {
  return `${pathToFileURL(file)}?changed=${await modifiedAt(file)}`
}

async function evaluate(url: string, name: string): Promise<{ readonly default?: unknown }> {
  return import(url).catch(error => {
    throw new KretesError(`${name} failed to load: ${messageOf(error)}`, {
      code: 'INVALID_CONFIG',
      hint: 'the cause says where',
      cause: error,
    })
  })
}

async function compile(root: string, name: string): Promise<string> {
  const { createCompiler } = await import('./compiler.ts')
  const compiler = createCompiler({ root, remember: 'config' })
  try {
    const [compiled] = await compiler.compile([path.resolve(root, name)])
    if (compiled && 'output' in compiled) return String(pathToFileURL(compiled.output))
    throw syntaxError(name, compiled?.errors ?? [])
  } catch (error) {
    throw isKretesError(error) ? error : cannotCompile(name, error)
  } finally {
    await compiler.close()
  }
}

function cannotCompile(name: string, cause: unknown): KretesError {
  return new KretesError(`${name} cannot be compiled: ${messageOf(cause)}`, {
    code: 'CANNOT_COMPILE_CONFIG',
    hint: 'let this process write to .kretes next to it, or use kretes.config.js, which needs no compiling',
    cause,
  })
}

function syntaxError(name: string, errors: readonly CompileError[]): KretesError {
  const places = errors.map(({ file, line, column, message, frame }) => {
    const place = line === undefined ? '' : `${path.basename(file)}:${line}:${column}: `
    return `${place}${message}${frame === undefined ? '' : `\n${frame}`}`
  })
  return new KretesError(`${name} does not compile\n${places.join('\n')}`, {
    code: 'INVALID_CONFIG',
    hint: 'correct it at the place marked with ^',
  })
}
