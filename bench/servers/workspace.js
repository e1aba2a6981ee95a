import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WrongUsage } from '../arguments.js'

const DIRECTORY = fileURLToPath(new URL('../../.kretes/bench', import.meta.url))

/**
 * The directory of the servers of a run. On the disk of this checkout and not in the system's temporary
 * directory, which may be in memory, where a flush to disk costs nothing.
 *
 * `sweep` ends what a run that was killed has left running there.
 */
export async function openWorkspace(sweep) {
  const owner = join(DIRECTORY, 'bench.pid')
  const pid = Number(await readFile(owner, 'utf8').catch(() => 0))
  if (pid && isAlive(pid))
    throw new WrongUsage(`another benchmark is running (pid ${pid}): two would measure each other`)
  if (pid) await sweep(DIRECTORY)
  await rm(DIRECTORY, { recursive: true, force: true })
  await mkdir(DIRECTORY, { recursive: true })
  await writeFile(owner, String(process.pid))
  return { directory: DIRECTORY, close: () => rm(DIRECTORY, { recursive: true, force: true }) }
}

export function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
