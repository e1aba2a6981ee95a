import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { announcementOf, urlOf } from '../../../framework/postgres/announcement.ts'
import { type Cluster, dataOf, hereFor, prepareCluster } from '../../../framework/postgres/cluster.ts'
import { run } from '../../../framework/postgres/command.ts'
import { createData } from '../../../framework/postgres/data.ts'
import { startServer } from '../../../framework/postgres/server.ts'

const DATABASE = 'chaos'

/** What PostgreSQL does is as it comes, fsync included; faults need a replica, and it must be easy to use up connections. */
const SETTINGS = {
  max_connections: 100,
  wal_level: 'replica',
  max_wal_senders: 4,
  shared_buffers: '64MB',
  max_wal_size: '128MB',
  wal_sender_timeout: '5s',
}

/** A PostgreSQL that is treated badly. */
export class Postgres {
  readonly cluster: Cluster
  /** Its programs; undefined: the installed ones. */
  readonly native: string | undefined

  private constructor(cluster: Cluster, native: string | undefined) {
    this.cluster = cluster
    this.native = native
  }

  /** The cluster in `directory`. */
  static async at(directory: string, native?: string): Promise<Postgres> {
    return new Postgres(await prepareCluster(directory, native), native)
  }

  async create(): Promise<void> {
    await createData(this.cluster, SETTINGS)
    await startServer(this.cluster)
    await this.ask(`create database ${DATABASE}`, 'postgres')
  }

  get port(): number {
    return announcementOf(this.cluster)?.port ?? 0
  }

  /** Connection string, by way of `port` if that is not the server's own. */
  url(port = this.port, database = DATABASE): string {
    const url = new URL(urlOf(this.cluster, database))
    url.port = String(port)
    return url.href
  }

  /** Runs one statement on a connection of its own. */
  async ask<Row extends pg.QueryResultRow>(sql: string, database = DATABASE): Promise<Row[]> {
    const client = new pg.Client({
      connectionString: this.url(this.port, database),
      connectionTimeoutMillis: 5_000,
    })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query<Row>(sql)).rows
    } finally {
      await client.end()
    }
  }

  /** As after a power failure: nothing is written any more, and the next start has to recover. */
  async crash(): Promise<void> {
    await this.control('stop', '--mode=immediate').catch(() => {})
  }

  async start(): Promise<void> {
    await startServer(this.cluster)
  }

  /** Removes it with its data. */
  async remove(): Promise<void> {
    await this.crash()
    await rm(this.cluster.directory, { recursive: true, force: true })
  }

  /** Whether its first process runs. */
  get isRunning(): boolean {
    const pid = this.#pid()
    if (pid === undefined) return false
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }

  async control(...args: string[]): Promise<void> {
    const { native } = await this.cluster.binaries()
    const here = { as: this.cluster.account, cwd: dataOf(this.cluster) }
    await run(join(native, 'bin', 'pg_ctl'), [...args, '--silent', `--pgdata=${hereFor(this.cluster)}`], here)
  }

  #pid(): number | undefined {
    try {
      return Number.parseInt(readFileSync(join(dataOf(this.cluster), 'postmaster.pid'), 'utf8'), 10)
    } catch {
      return undefined
    }
  }
}
