import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { giveTo } from '../../../framework/postgres/cluster.ts'
import { freePort } from '../../../framework/postgres/free-port.ts'
import { pass } from '../faults/fault.ts'
import type { Postgres } from './postgres.ts'

const PROGRAM = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find(existsSync)
const PATIENCE_MS = 10_000
/** Where the heir of this process finds whom to end. */
export const PID_FILE = 'pgbouncer.pid'

/** A PgBouncer that lends a session for one transaction at a time: no LISTEN, no session settings, few sessions. */
export class Pooler {
  readonly port: number
  readonly #child: ChildProcess
  readonly #pidFile: string

  private constructor(port: number, child: ChildProcess, pidFile: string) {
    this.port = port
    this.#child = child
    this.#pidFile = pidFile
  }

  /** Why there can be none here. */
  static get lacking(): string | undefined {
    return PROGRAM ? undefined : 'PgBouncer is not installed'
  }

  /** One in front of `postgres`, which it reaches by way of `port`. */
  static async start(directory: string, postgres: Postgres, port: number): Promise<Pooler> {
    const own = await freePort()
    const { account } = postgres.cluster
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'pgbouncer.ini'), settings(postgres.url(port), own))
    await giveTo(account, directory)
    await chmod(directory, 0o755)
    const child = spawn(PROGRAM as string, ['-q', 'pgbouncer.ini'], {
      ...account,
      cwd: directory,
      stdio: 'ignore',
    })
    child.on('error', () => {})
    await isThere(own)
    return new Pooler(own, child, join(directory, PID_FILE))
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
    await rm(this.#pidFile)
  }
}

function settings(target: string, port: number): string {
  const { hostname, port: targetPort, username, password } = new URL(target)
  return `[databases]
* = host=${hostname} port=${targetPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 6
server_login_retry = 1
logfile = pgbouncer.log
pidfile = ${PID_FILE}
`
}

async function isThere(port: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise(resolve => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    if (performance.now() > deadline) throw new Error('PgBouncer does not answer')
    await pass(50)
  }
}
