import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { appendFile, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { KretesError, messageOf } from '../errors.ts'
import { type Binaries, packageFor } from './binaries.ts'
import { type Cluster, dataOf, giveTo, hereFor, passwordFileOf, SUPERUSER } from './cluster.ts'
import { run } from './command.ts'
import { isAbandoned } from './lock.ts'

/** Lines for postgresql.conf. */
export type Settings = Readonly<Record<string, string | number>>

/**
 * Modest for a developer's machine; what keeps data safe stays as PostgreSQL has it. Its log holds what
 * happens to the server, not every failing statement: those reach the application, and it has no other bound.
 */
const SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  cluster_name: 'kretes',
  max_connections: 100,
  shared_buffers: '128MB',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  log_min_messages: 'log',
  log_checkpoints: 'off',
}

/** Creates the data directory: all of it, or nothing that anybody would take for one. */
export async function createData(cluster: Cluster, settings: Settings = {}): Promise<void> {
  const binaries = await cluster.binaries()
  const fresh = await mkdtemp(join(cluster.directory, 'new-'))
  const password = `${fresh}.password`
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
  await giveTo(cluster.account, fresh, password)
  await initialize(cluster, binaries, fresh, password)
  await appendFile(join(fresh, 'postgresql.conf'), conf({ ...SETTINGS, ...settings }))
  await synced(password)
  await synced(join(fresh, 'postgresql.conf'))
  await rename(password, join(fresh, basename(passwordFileOf(cluster))))
  await synced(fresh)
  await rename(fresh, dataOf(cluster))
  await synced(cluster.directory)
}

/** @throws KretesError `POSTGRES_VERSION_MISMATCH` when the data was made by another major version than the installed one. */
export async function refuseOtherMajor(cluster: Cluster): Promise<void> {
  const { major } = await cluster.binaries()
  const made = Number.parseInt(readFileSync(join(dataOf(cluster), 'PG_VERSION'), 'utf8'), 10)
  if (made === major) return
  throw new KretesError(
    `the data in ${dataOf(cluster)} was made by PostgreSQL ${made}, installed is PostgreSQL ${major}`,
    {
      code: 'POSTGRES_VERSION_MISMATCH',
      hint: `delete ${cluster.directory} to begin anew, or keep the data with version ${made} of ${packageFor()}`,
    },
  )
}

async function initialize(
  cluster: Cluster,
  { native, major }: Binaries,
  fresh: string,
  password: string,
): Promise<void> {
  // the builtin provider knows C.UTF-8 on every system, the C library only on some
  const locale =
    major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C.UTF-8']
  const args = [
    `--pgdata=${hereFor(cluster)}`,
    `--username=${SUPERUSER}`,
    `--pwfile=../${basename(password)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...locale,
  ]
  const options = { as: cluster.account, cwd: fresh }
  await run(join(native, 'bin', 'initdb'), args, options).catch(error => refuseToCreate(cluster, error))
}

function refuseToCreate(cluster: Cluster, cause: unknown): never {
  throw new KretesError(`the PostgreSQL for development cannot be created: ${messageOf(cause)}`, {
    code: 'POSTGRES_CREATE_FAILED',
    hint: `remove what is in its way in ${cluster.directory}, or set DATABASE_URL to a PostgreSQL of your own`,
    cause,
  })
}

/** Removes what killed predecessors have left: unfinished data, and locks they waited with. Whoever calls holds the lock. */
export async function sweep(cluster: Cluster): Promise<void> {
  for (const name of await readdir(cluster.directory)) {
    const path = join(cluster.directory, name)
    const isLeftover = name.startsWith('new-') || (name.startsWith('lock.') && (await isAbandoned(path)))
    // an initdb that has outlived its parent may still be writing: what it adds is swept the next time
    if (isLeftover) await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

function conf(settings: Settings): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`)
  return `\n# what Kretes sets for development; yours to change\n${lines.join('\n')}\n`
}

/** What initdb has synced is only there after a power failure if its name is too. Windows cannot open folders. */
async function synced(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined)
  await file?.sync()
  await file?.close()
}
