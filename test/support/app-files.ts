import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const PACKAGES = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** The directory of an app that one test has for itself. */
export interface AppFiles {
  readonly root: string
  path(name: string): string
  write(name: string, text: string): Promise<void>
}

/** An app of these files, with our own dependencies installed; removed when the test ends. */
export async function appOf(files: Record<string, string>): Promise<AppFiles> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'kretes-app-')))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await symlink(PACKAGES, join(root, 'node_modules'))
  const path = (name: string) => join(root, name)
  const write = async (name: string, text: string) => {
    await mkdir(dirname(path(name)), { recursive: true })
    await writeFile(path(name), text)
  }
  for (const [name, text] of Object.entries(files)) await write(name, text)
  return { root, path, write }
}
