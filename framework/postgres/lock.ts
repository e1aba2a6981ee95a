import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { monotonic, sleep } from '../clock.ts'
import { KretesError } from '../errors.ts'
import { claim, claimState } from './claim.ts'

const PATIENCE_MS = 120_000
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM'])

/**
 * Runs `work` while no other process runs any under the same `path`. A process that dies lets go.
 *
 * The lock is a folder with a claim in it, filled first and then renamed into place: a folder with
 * something in it cannot be renamed over, so exactly one of several succeeds.
 *
 * @throws KretesError `POSTGRES_LOCKED` when somebody alive has held it for two minutes.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const own = `${path}.${randomUUID()}`
  await mkdir(own)
  const claimed = await claim(holderOf(own))
  let taken = false
  try {
    await take(own, path)
    taken = true
    return await work()
  } finally {
    // away first and then let go: a lock in its place never looks orphaned while its holder lives
    if (taken) await rename(path, own)
    claimed.release()
    await rm(own, { recursive: true, force: true })
  }
}

/** Whether who has made this lock is gone. */
export async function isAbandoned(path: string): Promise<boolean> {
  return (await claimState(holderOf(path))) === 'orphaned'
}

function holderOf(folder: string): string {
  return join(folder, 'holder')
}

async function take(own: string, path: string): Promise<void> {
  const deadline = monotonic() + PATIENCE_MS
  while (!(await movedInto(own, path))) {
    if (monotonic() > deadline) throw stillLocked(path)
    if (await isAbandoned(path)) await discard(path)
    else await sleep(20)
  }
}

async function movedInto(own: string, path: string): Promise<boolean> {
  try {
    await rename(own, path)
    return true
  } catch (error) {
    if (TAKEN.has(String((error as NodeJS.ErrnoException).code))) return false
    throw error
  }
}

async function discard(path: string): Promise<void> {
  const discarded = `${path}.${randomUUID()}`
  const found = await rename(path, discarded).then(
    () => true,
    () => false,
  )
  if (!found) return
  // somebody may have discarded it and locked anew since we looked
  if ((await claimState(holderOf(discarded))) === 'held') await rename(discarded, path)
  else await rm(discarded, { recursive: true, force: true })
}

function stillLocked(path: string): KretesError {
  return new KretesError(`another process has been starting the database for two minutes (${path})`, {
    code: 'POSTGRES_LOCKED',
    hint: 'look for a stopped or hanging process of this project and end it',
  })
}
