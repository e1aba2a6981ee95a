import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { completeLinks } from './binaries-links.ts'

/**
 * A complete copy of the programs in `native` that everybody may read and run, made once below `cache` and
 * found again by whoever asks later.
 */
export async function copyBinaries(native: string, cache: string): Promise<string> {
  const copy = join(cache, `postgres-${await fingerprint(native)}`)
  if (await stat(copy).catch(() => undefined)) return copy

  await mkdir(cache, { recursive: true })
  await chmod(cache, 0o755)
  const fresh = await mkdtemp(`${copy}.`)
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true })
  await completeLinks(fresh)
  await openToAll(fresh)
  await rename(fresh, copy).catch(error => discardUnlessThere(fresh, copy, error))
  return copy
}

/** The same programs installed in many projects share a copy; other programs, such as an upgrade, get another. */
async function fingerprint(native: string): Promise<string> {
  const server = await readFile(join(native, 'bin', 'postgres'))
  return createHash('sha256').update(server).digest('hex').slice(0, 16)
}

/** Whoever installed the original may have done so with a umask that hides it from others. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, openMode((await stat(path)).mode))
  }
}

function openMode(mode: number): number {
  const isProgram = (mode & 0o100) !== 0
  return mode | (isProgram ? 0o555 : 0o444)
}

/** Two processes may copy at the same time; the first one's copy stays. */
async function discardUnlessThere(fresh: string, copy: string, error: unknown): Promise<void> {
  await rm(fresh, { recursive: true, force: true })
  if (!(await stat(copy).catch(() => undefined))) throw error
}
