import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Runs TypeScript as a process of its own and answers with what it wrote to stdout. Imports are written as seen
 * from the repository's root. Fails with what it wrote to stderr, when it fails.
 */
export async function runProgram(source: string, ...args: string[]): Promise<string> {
  const file = path.join(REPOSITORY, '.kretes', 'test', `${randomUUID()}.mjs`)
  try {
    await build({
      stdin: { contents: source, loader: 'ts', resolveDir: REPOSITORY },
      outfile: file,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: 'esm',
      sourcemap: 'inline',
      logLevel: 'silent',
    })
    const node = ['--enable-source-maps', file, ...args]
    return (await promisify(execFile)(process.execPath, node, { timeout: 30_000 })).stdout
  } finally {
    await rm(file, { force: true })
  }
}
