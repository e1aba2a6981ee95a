import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { stateOfPackages } from '../../framework/package-state.ts'

let root = ''
const path = (name: string) => join(root, name)
const state = (...names: string[]) => stateOfPackages(names, path('app/tasks'))

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(path(name)), { recursive: true })
  await writeFile(path(name), text)
}

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'kretes-packages-')))
  const made = root
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  await write('app/tasks/Charge.ts', '')
  await write('app/node_modules/@acme/schemas/package.json', '{ "version": "1.0.0" }')
  await write('node_modules/zod/package.json', '{ "version": "4.0.0" }')
})

test('packages are the same until one of them is another, wherever it is installed', async () => {
  const before = state('zod/mini', '@acme/schemas/user', 'node:fs', 'fs')
  expect(before).toEqual(expect.any(String))
  expect(state('zod', '@acme/schemas')).toBe(before)
  await write('node_modules/zod/package.json', '{ "version": "4.10.0" }')
  expect(state('zod', '@acme/schemas')).not.toBe(before)
})

test('an installation may have changed what a package itself imports', async () => {
  const before = state('zod')
  await write('app/node_modules/.package-lock.json', '{}')
  expect(state('zod')).not.toBe(before)
})

test('nobody knows when a package changes that is not there, or not installed but linked', async () => {
  expect(state('nodemailer')).toBeUndefined()
  await write('packages/shared/package.json', '{}')
  await symlink(path('packages/shared'), path('node_modules/shared'))
  expect(state('shared')).toBeUndefined()
})
