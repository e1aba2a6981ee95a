import { type Command, Option } from 'commander'
import { variable } from '../framework/environment.ts'
import { UsageError } from './errors.ts'
import type { CommonOptions } from './options.ts'
import { pathOf } from './unknown-command.ts'

/** Where a dashboard is whose API is asked instead of a database, and with what right. */
export interface RemoteAddress {
  /** `https://admin.example.com/background` */
  readonly url: string
  readonly token: string | undefined
}

export interface RemoteOptions extends CommonOptions {
  readonly remote?: string
}

const URL_VARIABLE = 'KRETES_REMOTE'
const TOKEN_VARIABLE = 'KRETES_REMOTE_TOKEN'
const FLAG = '--remote'
/** They are about the code at hand, whatever database there is. */
const ABOUT_CODE = /^ks bg (new|types|tasks)\b/

/** Adds the flag of commands that the API of a dashboard can answer. */
export function withRemoteOption(command: Command): Command {
  const meaning = `ask the dashboard at this address, not a database (default: ${URL_VARIABLE})`
  return command.addOption(new Option(`${FLAG} <url>`, meaning))
}

/** The dashboard that is meant; undefined when it is the database. @throws UsageError for an address that is none. */
export function remoteAddress({ remote = variable(URL_VARIABLE) }: RemoteOptions): RemoteAddress | undefined {
  if (remote === undefined) return undefined
  if (!/^https?:/.test(remote) || !URL.canParse(remote))
    throw new UsageError(
      `${JSON.stringify(remote)} is no address of a dashboard`,
      'write it with its path: --remote https://admin.example.com/background',
    )
  return { url: remote.replace(/\/+$/, ''), token: variable(TOKEN_VARIABLE) }
}

/**
 * Whoever has said that the database is somewhere else does not mean the one here.
 *
 * @throws UsageError for a command that needs the database itself.
 */
export function refuseRemote(command: Command): void {
  const isAble = command.options.some(({ long }) => long === FLAG)
  const name = pathOf(command)
  if (isAble || variable(URL_VARIABLE) === undefined || ABOUT_CODE.test(name)) return
  throw new UsageError(
    `${URL_VARIABLE} is set, and ${name} needs the database itself`,
    `unset ${URL_VARIABLE}, or run it where the database is`,
  )
}

/** What is said to the flag at a command that does not have it; undefined when `message` is about something else. */
export function remoteMistake(message: string, command: string): UsageError | undefined {
  if (!message.includes(`'${FLAG}'`)) return undefined
  return new UsageError(
    `${command} is nothing that a dashboard can be asked`,
    `leave ${FLAG} out, and run it where the code and the database are`,
  )
}
