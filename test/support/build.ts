import { execFile } from 'node:child_process'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withLock } from '../../framework/postgres/lock.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const SOURCES = [
  'framework',
  'background',
  'cli',
  'dashboard',
  'migrations',
  'tsconfig.json',
  'tsconfig.build.json',
  'build.js',
]

const BUILT_DESPITE_ERRORS = 2

/** The program that `ks` is, once built. */
export const KS = join(REPOSITORY, 'dist/cli/main.js')

/** Builds the package before the tests that run it as a user would; once, however many test runs ask at a time. */
export async function setup(): Promise<void> {
  const cache = join(REPOSITORY, 'node_modules/.cache/kretes-test')
  await mkdir(cache, { recursive: true })
  await withLock(join(cache, 'build.lock'), async () => {
    if ((await changedAt(KS)) < (await newest(SOURCES))) await build()
  })
}

/** Errors in types are the business of `npm run types`: what was built runs all the same. */
async function build(): Promise<void> {
  await node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json').catch(error => {
    if (error.code !== BUILT_DESPITE_ERRORS) throw error
  })
  await node('build.js')
}

async function node(...args: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, args, { cwd: REPOSITORY })
}

async function newest(names: readonly string[]): Promise<number> {
  return Math.max(...(await Promise.all(names.map(name => changedAt(join(REPOSITORY, name))))))
}

/** When `path`, or the youngest file below it, was changed; 0 when it is not there. */
async function changedAt(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0
  const names = await readdir(path)
  return Math.max(0, ...(await Promise.all(names.map(name => changedAt(join(path, name))))))
}
