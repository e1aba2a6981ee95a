import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { App } from '../framework/app.ts'
import type { CompileError } from '../framework/compile-error.ts'
import type { Compiled } from '../framework/compiler.ts'
import { KretesError } from '../framework/errors.ts'
import { UsageError } from './errors.ts'
import { indent } from './output.ts'

const NAMES = ['app.ts', 'app.js', 'app.mts', 'app.mjs', 'app/index.ts', 'app/index.js']
const EXPORT_HINT = 'end it with: export default createApp({ … })'

/**
 * The file that exports the app: the one that was named, else the first of the usual ones.
 *
 * @throws UsageError when there is none.
 */
export function findAppFile(root: string, named: string | undefined): string {
  const candidates = (named === undefined ? NAMES : [named]).map(name => resolve(root, name))
  const file = candidates.find(candidate => existsSync(candidate))
  if (file) return file
  throw named === undefined
    ? new UsageError(
        'there is no app here: neither app.ts nor app/index.ts',
        `write app.ts and ${EXPORT_HINT}`,
      )
    : new UsageError(`there is no file ${named}`, 'name the file whose default export is the app')
}

/**
 * The app that a compiled file exports by default.
 *
 * @throws KretesError `INVALID_APP` when it does not compile or exports something else.
 */
export async function importApp(compiled: Compiled, root: string): Promise<App> {
  const name = relative(root, compiled.entry)
  if ('errors' in compiled) throw notCompiled(name, compiled.errors, root)
  // or the stacks of errors would point into compiled files
  process.setSourceMapsEnabled(true)
  const { default: app } = await import(pathToFileURL(compiled.output).href)
  if (isApp(app)) return app
  throw new KretesError(`${name} exports no app by default`, { code: 'INVALID_APP', hint: EXPORT_HINT })
}

/** By its shape: it may come from another copy of this package. */
function isApp(value: unknown): value is App {
  const { listen, setup, stop } = Object(value) as Partial<App>
  return [listen, setup, stop].every(method => typeof method === 'function')
}

function notCompiled(name: string, errors: readonly CompileError[], root: string): KretesError {
  const places = errors.map(({ file, line, column, message, frame }) => {
    const place = [relative(root, file), line, column].filter(part => part !== undefined).join(':')
    return `${place}: ${message}${frame === undefined ? '' : `\n${frame}`}`
  })
  return new KretesError(`${name} does not compile\n${indent(places.join('\n'))}`, {
    code: 'INVALID_APP',
    hint: 'correct it and start again',
  })
}
