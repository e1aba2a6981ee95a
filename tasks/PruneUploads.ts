import { readdir, realpath, rm, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { discard, task } from '@kretes/background'
import { currentApp } from '@kretes/background/framework'
import { z } from 'zod'

const DAY_MS = 86_400_000

/**
 * Deletes the files in `directory` that nobody has changed for `days` days. Its queue is serial: two of these never
 * walk the same directory at the same time, however many workers there are.
 */
export default task({
  payload: z.strictObject({
    /** From the app's root, and inside of it. */
    directory: z.string().default('uploads'),
    days: z.number().min(0).default(30),
    /** Only counts. */
    dryRun: z.boolean().default(false),
  }),
  queue: 'housekeeping',
  maxAttempts: 3,
  async run({ directory, days, dryRun }, { log, signal }) {
    const oldest = Date.now() - days * DAY_MS
    let [files, bytes] = [0, 0]
    for (const path of await filesIn(await insideOfApp(directory))) {
      // the worker is about to stop: what is left is for the next attempt
      signal.throwIfAborted()
      const found = await stat(path).catch(() => undefined)
      if (!found || found.mtimeMs > oldest) continue
      if (!dryRun) await rm(path, { force: true })
      files++
      bytes += found.size
    }
    log.info(`${dryRun ? 'would delete' : 'deleted'} ${files} files in ${directory}`, { bytes })
    return { files, bytes }
  },
})

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

/** A payload is data, and data must not be able to empty somebody's home. */
async function insideOfApp(directory: string): Promise<string> {
  const root = await realpath(currentApp()?.root ?? process.cwd())
  const path = await realpath(resolve(root, directory)).catch(error =>
    discard(`there is no directory ${directory}`, error),
  )
  return path.startsWith(root + sep) ? path : discard(`${directory} is not inside of the app`)
}
