import { lstat, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

interface Link {
  readonly source: string
  readonly target: string
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS'])

/**
 * Creates the symbolic links that npm packages cannot carry and that their install script would have created,
 * had the package manager run it (npm 11, pnpm and `--ignore-scripts` do not).
 * False: some are missing and the folder cannot be written to.
 */
export async function completeLinks(native: string): Promise<boolean> {
  try {
    for (const link of await linksOf(native)) await complete(link)
    return true
  } catch (error) {
    if (UNWRITABLE.has(String((error as NodeJS.ErrnoException).code))) return false
    throw error
  }
}

/** The package lists them relative to its own root, the parent of `native`. */
async function linksOf(native: string): Promise<Link[]> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as Link[]
  return links.map(({ source, target }) => ({
    source: join(native, relative('native', source)),
    target: join(native, relative('native', target)),
  }))
}

async function complete({ source, target }: Link): Promise<void> {
  if (await lstat(target).catch(() => undefined)) return
  await symlink(relative(dirname(target), source), target).catch(error => {
    // another process was quicker
    if (error.code !== 'EEXIST') throw error
  })
}
