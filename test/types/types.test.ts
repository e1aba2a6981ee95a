import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { taskTypes } from '../../background/loader/types.ts'

/**
 * Apps that use the package as it is published, by its declarations, are checked with three generations of the
 * compiler. What must not compile is marked with `@ts-expect-error` in them, so a missing error is an error.
 */
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const CASES = fileURLToPath(new URL('cases', import.meta.url))
const COMPILERS = ['typescript-5', 'typescript-6', 'typescript']

const TASKS = [
  { name: 'SendEmail', file: 'tasks/SendEmail.ts', exportName: 'default' },
  { name: 'SendReport', file: 'tasks/SendReport.ts', exportName: 'default' },
  { name: 'Ping', file: 'tasks/Ping.ts', exportName: 'Ping' },
  { name: 'Plain', file: 'tasks/Plain.js', exportName: 'default' },
  { name: 'billing/ChargeCard', file: 'tasks/billing/ChargeCard.ts', exportName: 'default' },
]

let home = ''

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kretes-types-'))
  await cp(CASES, home, { recursive: true })
  await writeFile(join(home, 'package.json'), '{ "type": "module" }')
  await installPackages(join(home, 'node_modules'))
  const app = join(home, 'by-name')
  const tasks = TASKS.map(task => ({ ...task, file: join(app, task.file) }))
  await mkdir(join(app, 'types'))
  await writeFile(join(app, 'types/tasks.d.ts'), taskTypes(app, tasks))
}, 120_000)

afterAll(() => rm(home, { recursive: true, force: true }))

/** Everything that is installed here, and our own package with fresh declarations. */
async function installPackages(directory: string): Promise<void> {
  const ours = join(directory, '@kretes/background')
  await mkdir(ours, { recursive: true })
  for (const name of await readdir(join(REPOSITORY, 'node_modules'))) {
    if (!name.startsWith('.') && name !== '@kretes') {
      await symlink(join(REPOSITORY, 'node_modules', name), join(directory, name))
    }
  }
  await cp(join(REPOSITORY, 'package.json'), join(ours, 'package.json'))
  const declare = ['--emitDeclarationOnly', '--incremental', 'false', '--tsBuildInfoFile', 'null']
  const build = [
    '-p',
    'tsconfig.build.json',
    ...declare,
    '--sourceMap',
    'false',
    '--outDir',
    join(ours, 'dist'),
  ]
  await compile('typescript', REPOSITORY, build)
}

/** What the compiler says; nothing when all is well. */
async function compile(
  compiler: string,
  directory: string,
  options: readonly string[] = [],
): Promise<string> {
  const tsc = join(REPOSITORY, 'node_modules', compiler, 'bin/tsc')
  const run = promisify(execFile)(process.execPath, [tsc, ...options], { cwd: directory })
  return run.then(
    ({ stdout }) => stdout,
    ({ stdout }) => stdout,
  )
}

test.each(COMPILERS)('%s: tasks scheduled by value', { timeout: 120_000 }, async compiler => {
  expect(await compile(compiler, join(home, 'by-value'))).toBe('')
})

test.each(COMPILERS)(
  '%s: tasks scheduled by name, with generated types',
  { timeout: 120_000 },
  async compiler => {
    expect(await compile(compiler, join(home, 'by-name'))).toBe('')
  },
)
