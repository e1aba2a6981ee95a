import { existsSync } from 'node:fs'
import { urlOf } from './announcement.ts'
import { dataOf, prepareCluster } from './cluster.ts'
import { enter } from './entrance.ts'
import { Membership } from './membership.ts'
import { DATABASE } from './session.ts'

export interface EmbeddedPostgresOptions {
  /** Where the server and its data live: `<project>/.kretes/postgres`. Created when missing. */
  readonly directory: string
  /** Hears what a person may want to know: a database is created, the server was lost and came back. */
  readonly onNotice?: (message: string) => void
  /** The `native` folder of other PostgreSQL programs than those of the installed package. */
  readonly binaries?: string
  /** Milliseconds to wait for a server that is there and does not answer. Default 30,000. */
  readonly patience?: number
}

/** A project's PostgreSQL for development, shared by all processes that have it open. */
export interface EmbeddedPostgres {
  /** Connection string of the database `app`, as its superuser. */
  readonly url: string
  /** Version of the server, such as `18.4`. */
  readonly version: string
  /** Whether the server was started for this process rather than found running. */
  readonly startedHere: boolean
  /** Gives the server up; the last process to do so stops it. Close other connections first. Idempotent. */
  close(): Promise<void>
}

/**
 * Opens the PostgreSQL of a project for development: creates it the first time, starts it when it is not
 * running, joins it when it is. The server outlives any single process, also one that is killed; it does
 * not keep this process alive.
 *
 * @throws KretesError `POSTGRES_BINARIES_MISSING`, `POSTGRES_BINARIES_UNUSABLE`: the npm package with the
 * programs is not installed, or does not run here.
 * @throws KretesError `POSTGRES_VERSION_MISMATCH`: the data was made by another major version.
 * @throws KretesError `POSTGRES_CREATE_FAILED`, `POSTGRES_START_FAILED`, `POSTGRES_STOP_FAILED`,
 * `POSTGRES_UNRESPONSIVE`, `POSTGRES_LOCKED`: something outside is in the way; the message says what.
 * @throws KretesError `POSTGRES_DIRECTORY_FOREIGN`, `POSTGRES_NO_ACCOUNT`: this user may not run it here.
 * @example
 * const postgres = await openEmbeddedPostgres({ directory: '.kretes/postgres' })
 * const database = new pg.Pool({ connectionString: postgres.url })
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { directory, onNotice = () => {}, binaries, patience } = options
  const cluster = await prepareCluster(directory, binaries)
  if (!existsSync(dataOf(cluster))) {
    await cluster.binaries()
    onNotice(`creating the development database in ${directory}`)
  }
  const { session, startedHere } = await enter(cluster, patience)
  const membership = new Membership(cluster, session, onNotice)
  return {
    url: urlOf(cluster, DATABASE),
    version: session.version,
    startedHere,
    close: () => membership.leave(),
  }
}
