import { type StdioOptions, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { processEnvironment, variable } from '../environment.ts'
import type { Account } from './account.ts'

export interface CommandOptions {
  readonly as: Account | undefined
  readonly cwd?: string
  /** Files the program gets as standard output, standard error and, when there is a third, descriptor 3. */
  readonly files?: readonly number[]
  /** Ends the program early. */
  readonly signal?: AbortSignal
}

const LINES_IN_ERROR = 6

/**
 * Runs a program to its end and resolves to what it printed.
 *
 * @throws Error with the program's last words when it cannot be run or ends with anything but 0.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { as, cwd = '/', files, signal } = options
  const stdio: StdioOptions = files ? ['ignore', ...files] : ['ignore', 'pipe', 'pipe']
  const child = spawn(program, args, { ...as, cwd, stdio, signal, env: environment() })
  const output = Promise.all([child.stdout, child.stderr].map(stream => (stream ? text(stream) : '')))
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  const printed = (await output).join('')
  if (code === 0) return printed
  const last = printed.trim().split('\n').slice(-LINES_IN_ERROR).join('\n')
  throw new Error(`${program} ended with ${code}: ${last}`)
}

/**
 * PGDATA, PGOPTIONS or a language of the user would change what the programs do and say, so they get none
 * of it; UTC also spares initdb the search for the time zone. Windows programs do not start without theirs.
 */
function environment(): NodeJS.ProcessEnv {
  if (process.platform === 'win32') return { ...processEnvironment() }
  return { PATH: variable('PATH') ?? '', LC_ALL: 'C', TZ: 'UTC' }
}
