import { execFile } from 'node:child_process'
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { REPOSITORY } from '../support/sources.ts'
import { useProject } from './ks.ts'

const database = useDatabase()
const project = useProject({}, () => ({ DATABASE_URL: database().url }))
const run = promisify(execFile)

/** A directory in which an app may be written, with everything installed above it. */
async function workshop(): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'kretes-new-')))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await symlink(join(project().root, 'node_modules'), join(root, 'node_modules'))
  for (const name of ['vitest', 'typescript', '@types'])
    await symlink(join(REPOSITORY, 'node_modules', name), join(root, 'node_modules', name)).catch(() => {})
  return root
}

test('a new app compiles, passes its tests and runs', { timeout: 120_000 }, async () => {
  const root = await workshop()
  const cwd = join(root, 'My Shop')
  const written = await project().ks(['new', 'My Shop', '--json'], { cwd: root })
  expect(written).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(written.stdout)).toMatchObject({
    directory: cwd,
    files: expect.arrayContaining(['package.json', 'app.ts', 'tasks/SendWelcome.ts', 'README.md']),
  })
  expect(JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8')).name).toBe('my-shop')
  const bin = (name: string) => join(REPOSITORY, 'node_modules', name)
  const env = { ...process.env, DATABASE_URL: database().url, NODE_ENV: 'test' }
  await run(process.execPath, [bin('typescript/bin/tsc'), '-p', cwd], { cwd })
  const tests = await run(process.execPath, [bin('vitest/vitest.mjs'), 'run'], { cwd, env })
  expect(tests.stdout).toMatch(/Tests .*2 passed/)
  await project().ks(['bg', 'schedule', 'SendWelcome', '--set', 'to=ann@example.com'], { cwd })
  const worked = await project().ks(['bg', '--once', '--log', 'pretty'], { cwd })
  expect(worked.stderr).toContain('send welcome for ann@example.com')
  expect(await project().ks(['new', 'My Shop'], { cwd: root })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('My Shop is not empty'),
  })
})

test('a new task has a schema and a test, and nothing is overwritten', async () => {
  const root = await workshop()
  await writeFile(
    join(root, 'tsconfig.json'),
    '{ "compilerOptions": { "allowImportingTsExtensions": true } }',
  )
  const ks = (...args: string[]) => project().ks(['bg', ...args], { cwd: root })
  const written = await ks('new', 'billing/ChargeCard')
  expect(written).toMatchObject({
    code: 0,
    stdout: 'tasks/billing/ChargeCard.ts\ntest/tasks/billing/ChargeCard.test.ts\n',
    stderr: expect.stringContaining('try it: ks bg run billing/ChargeCard --set to=ann@example.com'),
  })
  const tests = await readFile(join(root, 'test/tasks/billing/ChargeCard.test.ts'), 'utf8')
  expect(tests).toContain("from '../../../tasks/billing/ChargeCard.ts'")
  const ran = await ks('run', 'billing/ChargeCard', '--set', 'to=ann@example.com')
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('{"to":"ann@example.com"}') })
  const again = await ks('new', 'billing/ChargeCard')
  expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('there already') })
  const misnamed = await ks('new', 'send-invoice')
  expect(misnamed).toMatchObject({ code: 2, stderr: expect.stringContaining('ks bg new SendInvoice') })
})
