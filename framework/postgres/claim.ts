import { randomUUID } from 'node:crypto'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { lstat, rename, rm, writeFile } from 'node:fs/promises'
import { run } from './command.ts'

/** `held`: somebody alive holds it. `orphaned`: who held it is gone. `absent`: there is no such file. */
export type ClaimState = 'held' | 'orphaned' | 'absent'

export interface Claim {
  /** What a child process inherits to hold it too; nothing where there are no pipes. */
  readonly descriptors: readonly number[]
  /** Lets go of it here; a child that has inherited it holds it on. */
  release(): void
}

/**
 * Claims `path`. The claim ends with its last holder, however that one ends.
 *
 * The file is a named pipe held open for reading: the kernel closes it when a process dies, it sees through
 * the process namespaces of containers, and no number can be taken over by somebody else, as with pids.
 * Where there are no pipes (Windows, some mounted file systems) the file names the holder's pid instead.
 */
export async function claim(path: string): Promise<Claim> {
  const descriptor = (await isPipe(path).catch(isAbsent)) ? hold(path) : await holdNew(path)
  if (descriptor !== undefined) return { descriptors: [descriptor], release: () => closeSync(descriptor) }
  await writeFile(path, String(process.pid))
  return { descriptors: [], release: () => {} }
}

/** The claim on `path` belongs to process `pid` now. A pipe knows that from who has inherited it. */
export async function passOn(path: string, pid: number): Promise<void> {
  if (!(await isPipe(path))) await writeFile(path, String(pid))
}

export async function claimState(path: string): Promise<ClaimState> {
  try {
    return (await isPipe(path)) ? probe(path) : isAlive(Number(readFileSync(path, 'utf8')))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'absent'
    throw error
  }
}

/** Held before it gets its name: a pipe that is seen and not yet held would look orphaned. */
async function holdNew(path: string): Promise<number | undefined> {
  const aside = `${path}.${randomUUID()}`
  // an account we step down to, or root stepping in, must be able to ask who holds it
  await run('mkfifo', ['-m', '666', aside], { as: undefined }).catch(() => {})
  if (!(await isPipe(aside).catch(isAbsent))) {
    await rm(aside, { force: true })
    return undefined
  }
  const descriptor = hold(aside)
  await rename(aside, path)
  return descriptor
}

function hold(pipe: string): number {
  return openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
}

async function isPipe(path: string): Promise<boolean> {
  return (await lstat(path)).isFIFO()
}

function isAbsent(error: unknown): false {
  if (codeOf(error) === 'ENOENT') return false
  throw error
}

/** Opening a pipe for writing, without waiting, succeeds exactly if somebody has it open for reading. */
function probe(path: string): ClaimState {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK))
    return 'held'
  } catch (error) {
    if (codeOf(error) === 'ENXIO') return 'orphaned'
    throw error
  }
}

function isAlive(pid: number): ClaimState {
  try {
    process.kill(pid, 0)
    return 'held'
  } catch (error) {
    return codeOf(error) === 'EPERM' ? 'held' : 'orphaned'
  }
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code
}
