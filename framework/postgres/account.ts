import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KretesError } from '../errors.ts'

/** The user and group that a process runs as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** Who runs nothing else: `_postgres` is for macOS, whose `nobody` has a number that cannot be given away. */
const UNPRIVILEGED = ['nobody', '_postgres']

/**
 * Who runs the server that keeps its data below `directory`; undefined: whoever runs this process.
 * PostgreSQL refuses to run as root, so root steps down: to whom the data belongs already, else to the
 * owner of the project, else to nobody.
 *
 * @throws KretesError `POSTGRES_NO_ACCOUNT` when there is nobody to step down to.
 */
export async function accountFor(directory: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const keeper = await stat(join(directory, 'data')).catch(() => undefined)
  if (keeper && keeper.uid !== 0) return { uid: keeper.uid, gid: keeper.gid }

  const users = await knownUsers()
  const owner = await ownerOf(directory)
  // initdb looks its own user up and fails for a number without a name, such as the owner of a mounted folder
  const user = users.find(({ uid }) => uid !== 0 && uid === owner.uid) ?? users.find(isUnprivileged)
  if (user) return { uid: user.uid, gid: user.gid }
  throw new KretesError('PostgreSQL refuses to run as root, and this machine has no other user to run it', {
    code: 'POSTGRES_NO_ACCOUNT',
    hint: 'run this as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own',
  })
}

interface User extends Account {
  readonly name: string
}

function isUnprivileged({ name, uid }: User): boolean {
  return uid > 0 && UNPRIVILEGED.includes(name)
}

async function knownUsers(): Promise<User[]> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n')
  return lines
    .map(line => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}

async function ownerOf(path: string): Promise<Account> {
  const found = await stat(path).catch(() => undefined)
  return found ?? ownerOf(dirname(path))
}
