import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type * as Esbuild from 'esbuild'
import { writeIfChanged } from './write-if-changed.ts'

/**
 * Starts a worker thread on one of our own modules. From source, where Node 20 cannot load TypeScript,
 * the module is bundled first.
 *
 * @example startThread(new URL('./pulse-thread.ts', import.meta.url), { every: 1_000 })
 */
export function startThread(module: URL, workerData: unknown): Worker {
  return new Worker(module.pathname.endsWith('.ts') ? runnable(module) : module, { workerData })
}

/** The built package has `.js` where the source says `.ts`. */
function runnable(source: URL): URL {
  const built = new URL(source.href.replace(/\.ts$/, '.js'))
  return existsSync(built) ? built : bundle(fileURLToPath(source))
}

/** The bundle lies below `node_modules`, so that the packages it imports are found from there. */
function bundle(source: string): URL {
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof Esbuild
  const { outputFiles } = buildSync({
    entryPoints: [source],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    write: false,
  })
  const code = (outputFiles[0] as Esbuild.OutputFile).contents
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 12)
  const path = join(packagesOf(source), '.cache', 'kretes', `${basename(source, '.ts')}-${hash}.mjs`)
  writeIfChanged(path, code)
  return pathToFileURL(path)
}

function packagesOf(source: string): string {
  const places = createRequire(source).resolve.paths('esbuild') ?? []
  return places.find(place => existsSync(place)) ?? join(dirname(source), 'node_modules')
}
