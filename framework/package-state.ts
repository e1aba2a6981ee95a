import { realpathSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, sep } from 'node:path'

/** What package managers write into `node_modules` whenever they install something. */
const RECORDS = ['.package-lock.json', '.modules.yaml', '.yarn-state.yml', '.yarn-integrity']
const INSTALLED = `${sep}node_modules${sep}`

/**
 * How the packages called `imports` are, as code in `directory` finds them: another text when one of them may be another.
 * Undefined when that cannot be told: one is not there, or it is worked on, as in a workspace, where nothing is installed
 * when it changes.
 */
export function stateOfPackages(imports: readonly string[], directory: string): string | undefined {
  const names = new Set(imports.filter(name => !isBuiltin(name)).map(packageName))
  const found = [...names].map(name => find(join('node_modules', name, 'package.json'), directory))
  if (!found.every(path => path !== undefined && realpathSync(path).includes(INSTALLED))) return undefined
  const records = RECORDS.map(name => find(join('node_modules', name), directory))
  return [...found, ...records].map(path => (path === undefined ? '' : stateOf(path))).join('\n')
}

/** `@acme/schemas/user` is a part of `@acme/schemas`. */
function packageName(imported: string): string {
  const parts = imported.split('/')
  return parts.slice(0, imported.startsWith('@') ? 2 : 1).join('/')
}

function find(path: string, directory: string): string | undefined {
  const here = join(directory, path)
  if (statSync(here, { throwIfNoEntry: false })) return here
  const above = dirname(directory)
  return above === directory ? undefined : find(path, above)
}

function stateOf(path: string): string {
  const { size, mtimeMs, ctimeMs } = statSync(path)
  return `${path} ${size} ${mtimeMs} ${ctimeMs}`
}
