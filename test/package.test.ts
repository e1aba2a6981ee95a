import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, inject, test } from 'vitest'
import { setup } from './support/build.ts'
import { REPOSITORY } from './support/sources.ts'

const run = promisify(execFile)
const LONG = 120_000

/** What may be in the package: code in few files with its maps, types beside every door, and what people read. */
const FILES = [
  /^(CHANGELOG|README)\.md$|^LICENSE$|^package\.json$/,
  /^migrations\/schema\.sql$/,
  /^dist\/(background|cli|dashboard|framework|migrations)\/[\w/-]+\.d\.ts$/,
  /^dist\/(background|cli|dashboard|framework|chunks)\/[\w/.-]+\.js(\.map)?$/,
]

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

let directory: string
let packed: Packed
beforeAll(async () => {
  await setup()
  directory = await mkdtemp(join(inject('runDirectory'), 'package-'))
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', directory],
    {
      cwd: REPOSITORY,
    },
  )
  packed = JSON.parse(stdout)[0]
  return () => rm(directory, { recursive: true })
}, LONG)

test('the package has what it needs, and nothing else', () => {
  const paths = packed.files.map(({ path }) => path)
  expect(paths.filter(path => !FILES.some(pattern => pattern.test(path)))).toEqual([])
  expect(FILES.filter(pattern => !paths.some(path => pattern.test(path)))).toEqual([])
})

test('no file tells where it was built', async () => {
  const told: string[] = []
  for (const { path } of packed.files) {
    const text = await readFile(join(REPOSITORY, path), 'utf8')
    if (text.includes(REPOSITORY) || (homedir() !== '/root' && text.includes(homedir()))) told.push(path)
  }
  expect(told).toEqual([])
})

test('nothing of ours runs when somebody installs it', async () => {
  const { scripts } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8'))
  const atInstall = ['preinstall', 'install', 'postinstall', 'dependencies']
  expect(Object.keys(scripts).filter(name => atInstall.includes(name))).toEqual([])
})

test('publint and attw have nothing to say', { timeout: LONG }, async () => {
  const tarball = join(directory, packed.filename)
  const tool = (name: string, ...args: string[]) =>
    run(process.execPath, [join(REPOSITORY, 'node_modules', name), tarball, ...args], { cwd: REPOSITORY })
  // they end with another code when they have
  await tool('publint/src/cli.js', '--strict')
  await tool('@arethetypeswrong/cli/dist/index.js', '--profile', 'esm-only')
})
