import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { KretesError, messageOf } from '../errors.ts'
import { type Account, accountFor } from './account.ts'
import { type Binaries, locateBinaries, prepareBinaries } from './binaries.ts'

/** One PostgreSQL data directory with what belongs to it: where it is, who runs it, and with which programs. */
export interface Cluster {
  readonly directory: string
  /** Who runs the server; undefined: whoever runs this process. */
  readonly account: Account | undefined
  /** Found and made usable when first asked for: joining a running server takes none. */
  readonly binaries: () => Promise<Binaries>
}

/** Whoever creates a cluster calls its superuser this. */
export const SUPERUSER = 'postgres'

/** PostgreSQL's own files; complete as soon as it exists, because it is renamed into place. */
export const dataOf = ({ directory }: Cluster): string => join(directory, 'data')
/** The superuser's password, readable by its owner only; lives and dies with the data. */
export const passwordFileOf = (cluster: Cluster): string => join(dataOf(cluster), 'kretes_password')
export const logOf = ({ directory }: Cluster): string => join(directory, 'server.log')
/** Held by the server and all its children: while anybody holds it, the data is in use. */
export const claimOf = ({ directory }: Cluster): string => join(directory, 'server')
/** Held by the one process that creates or starts. */
export const lockOf = ({ directory }: Cluster): string => join(directory, 'lock')

/**
 * How a program run with the data directory as working directory calls it. Root's data may lie where the
 * account it steps down to cannot go (`/root/app`): it gets there by being started inside, and this name
 * leads it back without a look at the folders above.
 */
export function hereFor({ account }: Cluster): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : '.'
}

/**
 * Finds out who runs the server of the directory at `path`, and makes it theirs. `native`: programs other
 * than those of the installed package.
 *
 * @throws KretesError `POSTGRES_DIRECTORY_FOREIGN` when it belongs to another user.
 */
export async function prepareCluster(path: string, native?: string): Promise<Cluster> {
  const directory = resolve(path)
  const account = await accountFor(directory)
  const created = await mkdir(directory, { recursive: true })
  await refuseForeign(directory)
  if (created) {
    await writeFile(join(directory, '.gitignore'), '*\n')
    await giveUpTo(created, directory, account)
  }
  await giveTo(account, directory)
  await chmod(directory, 0o700)

  let binaries: Promise<Binaries> | undefined
  const prepare = async () =>
    prepareBinaries(native ?? locateBinaries(directory), account, join(directory, 'binaries'))
  return { directory, account, binaries: () => (binaries ??= prepare()) }
}

/** Makes `paths` belong to `account`, when the server runs as somebody else than we do. */
export async function giveTo(account: Account | undefined, ...paths: string[]): Promise<void> {
  if (!account) return
  for (const path of paths)
    await chown(path, account.uid, account.gid).catch(error => refuseGift(path, error))
}

/** The folders from `first` down to `last`: a project's owner must be able to use what root has created. */
async function giveUpTo(first: string, last: string, account: Account | undefined): Promise<void> {
  await giveTo(account, last)
  if (last !== first) await giveUpTo(first, dirname(last), account)
}

async function refuseForeign(directory: string): Promise<void> {
  const self = process.getuid?.()
  const { uid } = await stat(directory)
  if (self === undefined || self === 0 || self === uid) return
  throw new KretesError(
    `${directory} belongs to another user (uid ${uid}), this process runs as uid ${self}`,
    {
      code: 'POSTGRES_DIRECTORY_FOREIGN',
      hint: `give it to this user: sudo chown -R ${self} ${directory}`,
    },
  )
}

function refuseGift(path: string, cause: unknown): never {
  throw new KretesError(`root cannot give ${path} to the user that runs PostgreSQL: ${messageOf(cause)}`, {
    code: 'POSTGRES_NO_ACCOUNT',
    hint: 'run this as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own',
    cause,
  })
}
