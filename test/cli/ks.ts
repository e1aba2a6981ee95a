import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { KS, setup } from '../support/build.ts'
import { eventually } from '../support/eventually.ts'
import { Warm } from './warm.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/** Whoever comes first builds the package, on a machine that has much else to do. */
const BUILD_MS = 120_000

/** How a call of `ks` ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CallOptions {
  /** What it reads from standard input. */
  readonly input?: string
  /** It has a process of its own, because that is what the test is about. So has what reads, or is called elsewhere. */
  readonly apart?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** `ks` running in a process of its own. */
export interface Running {
  readonly process: ChildProcess
  /** What it has written so far. */
  stdout(): string
  stderr(): string
  /** Waits until its output, stderr included, matches. */
  says(pattern: RegExp): Promise<void>
  ended(): Promise<Ended>
}

/** A directory as a user has it, with our package installed. */
export interface Project {
  readonly root: string
  path(name: string): string
  write(name: string, text: string): Promise<void>
  /** Calls `ks` there and waits for its end; one call after the other, in a process that is not started anew for each. */
  ks(args: readonly string[], options?: CallOptions): Promise<Ended>
  /** Starts `ks` there; it is killed when the test ends before it does. */
  start(args: readonly string[], options?: CallOptions): Running
}

/** A project with these files for all tests of a file; `env` is asked for whenever `ks` is called. */
export function useProject(
  files: Readonly<Record<string, string>>,
  env: () => Record<string, string> = () => ({}),
): () => Project {
  const calls = new Set<ChildProcess>()
  const warm = new Warm()
  const started = new Set<ChildProcess>()
  let root = ''
  beforeAll(async () => {
    await setup()
    root = await realpath(await mkdtemp(join(tmpdir(), 'kretes-cli-')))
    await fill(root, files)
  }, BUILD_MS)
  afterEach(() => killAll(started))
  afterAll(async () => {
    await Promise.all([killAll(calls), warm.end()])
    await rm(root, { recursive: true, force: true })
  })
  const call = (args: readonly string[], { cwd = root, input, ...options }: CallOptions = {}) => {
    const child = spawn(process.execPath, [KS, ...args], {
      cwd,
      env: environment({ ...env(), ...options.env }),
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    calls.add(child)
    return child
  }
  return () => ({
    root,
    path: name => join(root, name),
    write: (name, text) => write(root, name, text),
    ks: (args, options = {}) =>
      options.apart || options.input !== undefined || options.cwd !== undefined
        ? follow(call(args, options)).ended()
        : warm.call({ args, cwd: root, env: environment({ ...env(), ...options.env }) }),
    start(args, options) {
      const child = call(args, options)
      started.add(child)
      return follow(child)
    },
  })
}

async function fill(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  await write(root, 'package.json', '{ "name": "shop", "type": "module" }')
  for (const [name, text] of Object.entries(files)) await write(root, name, text)
  const packages = join(root, 'node_modules')
  await mkdir(join(packages, '@kretes'), { recursive: true })
  await symlink(REPOSITORY, join(packages, '@kretes/background'))
  await symlink(join(REPOSITORY, 'node_modules/zod'), join(packages, 'zod'))
}

async function write(root: string, name: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, name)), { recursive: true })
  await writeFile(join(root, name), text)
}

async function killAll(children: Set<ChildProcess>): Promise<void> {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all([...children].map(gone))
  children.clear()
}

/** Nothing of the machine's own but what programs need to run. */
function environment(own: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  return { PATH, HOME, ...(TMPDIR && { TMPDIR }), ...own }
}

function follow(child: ChildProcess): Running {
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    async says(pattern) {
      await eventually(() => {
        if (pattern.test(stdout + stderr)) return true
        throw new Error(`expected ${pattern} in\n${stdout}\n${stderr}`)
      }, 20_000)
    },
    async ended() {
      await gone(child)
      return { code: child.exitCode, stdout, stderr }
    },
  }
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.stdout?.closed && (child.exitCode !== null || child.signalCode !== null)) return
  await once(child, 'close')
}

/** The JSON objects in `stdout`, one per line. */
// biome-ignore lint/suspicious/noExplicitAny: the tests know what is in them
export function jsonLines(stdout: string): any[] {
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}
