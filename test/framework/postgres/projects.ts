import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, inject } from 'vitest'
import type { Account } from '../../../framework/postgres/account.ts'
import { announcementOf, isServed } from '../../../framework/postgres/announcement.ts'
import { type Cluster, prepareCluster } from '../../../framework/postgres/cluster.ts'
import { run } from '../../../framework/postgres/command.ts'
import type { EmbeddedPostgresOptions } from '../../../framework/postgres/embedded.ts'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../../framework/postgres/embedded.ts'
import { withLock } from '../../../framework/postgres/lock.ts'
import { eventually } from '../../support/eventually.ts'

export interface MemberOptions {
  readonly as?: Account
  readonly env?: Record<string, string>
  readonly binaries?: string
  /** What it does once it is open: wait to be told to close (the default), close at once, or nothing at all. */
  readonly whenOpen?: 'stay' | 'close' | 'nothing'
}

/** Another process that has the embedded PostgreSQL open, or what it said why not. */
export interface Member extends Omit<EmbeddedPostgres, 'close'> {
  readonly code?: string
  readonly message?: string
  readonly hint?: string
  readonly process: ChildProcess
  /** Asks it to close and resolves to its exit code, which only comes when nothing keeps it alive. */
  close(): Promise<number>
  kill(): Promise<void>
}

export const isRoot = process.getuid?.() === 0

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const programs = join(tmpdir(), `kretes-member-${process.pid}`)
const projects = new Set<string>()
const opened = new Set<EmbeddedPostgres>()
const processes = new Set<ChildProcess>()

/** Registers what builds the member program before, and ends and removes everything of a test after it. */
export function useProjects(): void {
  beforeAll(async () => {
    await build({
      entryPoints: [here('member.ts')],
      outfile: join(programs, 'member.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['pg-native'],
      banner: {
        js: `import { createRequire as from } from 'node:module'; const require = from(import.meta.url)`,
      },
    })
    await chmod(programs, 0o755)
    await symlink(here('../../../node_modules'), join(programs, 'node_modules'))
  })
  afterEach(async () => {
    await Promise.all(take(processes).map(killed))
    await Promise.allSettled(take(opened).map(postgres => postgres.close()))
    await Promise.all(take(projects).map(removeProject))
  })
  afterAll(() => rm(programs, { recursive: true, force: true }))
}

/** A new folder that everybody may enter; the embedded PostgreSQL goes to {@link directoryIn} it. */
export async function newProject(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'kretes-project-'))
  projects.add(project)
  await chmod(project, 0o755)
  return project
}

/** A new folder in which the embedded PostgreSQL has run before: copied, because that is ten times as fast. */
export async function usedProject(): Promise<string> {
  const project = await newProject()
  const used = join(inject('runDirectory'), 'used')
  await withLock(`${used}.lock`, async () => {
    if (!existsSync(used)) await openEmbeddedPostgres({ directory: directoryIn(used) }).then(it => it.close())
  })
  await run('cp', ['-a', `${used}/.`, project], { as: undefined })
  return project
}

export function directoryIn(project: string): string {
  return join(project, '.kretes', 'postgres')
}

/** Opens it in this process. */
export async function open(
  directory: string,
  options: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres> {
  const postgres = await openEmbeddedPostgres({ directory, ...options })
  opened.add(postgres)
  return postgres
}

/** Opens it in a process of its own, which leads a process group as a program in a terminal does. */
export async function startMember(directory: string, options: MemberOptions = {}): Promise<Member> {
  const child = launchMember(directory, options)
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => text),
    once(child, 'exit').then(() => ''),
  ])
  if (!line) throw new Error('the member ended without a word')
  return {
    ...JSON.parse(line),
    process: child,
    close: () => {
      child.stdin?.write('close')
      return ended(child)
    },
    kill: () => killed(child),
  }
}

/** Only starts the process: to kill it on the way. */
export function launchMember(directory: string, options: MemberOptions = {}): ChildProcess {
  const { as, env, binaries = '', whenOpen = 'stay' } = options
  const args = [join(programs, 'member.mjs'), directory, binaries, whenOpen]
  const child = spawn(process.execPath, args, {
    ...as,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: env ?? process.env,
  })
  processes.add(child)
  return child
}

/** Runs one statement at `url` and answers with its rows. */
export async function ask<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<R>(sql)).rows
  } finally {
    await client.end()
  }
}

export function clusterOf(directory: string): Promise<Cluster> {
  return prepareCluster(directory)
}

export async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  return child.exitCode ?? -1
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await ended(child)
}

function take<T>(set: Set<T>): T[] {
  const all = [...set]
  set.clear()
  return all
}

async function removeProject(project: string): Promise<void> {
  const cluster = await clusterOf(directoryIn(project))
  const { pid } = announcementOf(cluster) ?? {}
  if (pid && (await isServed(cluster))) process.kill(pid, 'SIGQUIT')
  await eventually(async () => !(await isServed(cluster)))
  await rm(project, { recursive: true, force: true })
}
