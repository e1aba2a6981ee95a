import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const DESCRIPTION = '@kretes/background/package.json'

/** The version of this package. */
export const VERSION: string = (require(DESCRIPTION) as { version: string }).version

/**
 * Where the module at `path`, from the root of this package and without its ending, is: as it was written when
 * this module runs as written, else in `dist`. No path from here leads there, because modules are built into few files.
 *
 * @example ownModule('background/worker/pulse-thread')
 */
export function ownModule(path: string): URL {
  const root = dirname(require.resolve(DESCRIPTION))
  const isSource = import.meta.url.endsWith('.ts')
  return pathToFileURL(isSource ? join(root, `${path}.ts`) : join(root, 'dist', `${path}.js`))
}
