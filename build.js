import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { forEsbuild } from './dashboard/browser/bundle.js'

/**
 * Writes the code of `dist/`, in few files; `tsc` writes the types. To open one of two hundred small modules costs Node
 * about half a millisecond, and every command and worker would wait for them; see docs/decisions/005.
 */
const DOORS = [
  ...['background/index', 'background/operator', 'background/testing'],
  ...['dashboard/index', 'framework/index'],
]
/** What is run by the name of its file. */
const PROGRAMS = ['cli/main', 'cli/commands/background/register', 'background/worker/pulse-thread']
/** What the benchmarks make their server with. */
const SERVER = ['announcement', 'cluster', 'data', 'free-port', 'server'].map(
  name => `framework/postgres/${name}`,
)

const root = fileURLToPath(new URL('.', import.meta.url))
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
/** Zod comes along, or all its languages would be loaded; all other packages stay packages. */
const packages = Object.keys(dependencies).filter(name => name !== 'zod')

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [...DOORS, ...PROGRAMS, ...SERVER].map(name => `${name}.ts`),
  outbase: '.',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  external: packages.flatMap(name => [name, `${name}/*`]),
  plugins: [forEsbuild],
  metafile: true,
  logLevel: 'warning',
})

// what an earlier build has left would be found by its name, and is of another time
for (const name of readdirSync(join(root, 'dist'), { recursive: true })) {
  const path = `dist/${name.replaceAll('\\', '/')}`
  if (/\.js(\.map)?$/.test(path) && !(path in metafile.outputs)) rmSync(join(root, path))
}
chmodSync(join(root, 'dist/cli/main.js'), 0o755)
