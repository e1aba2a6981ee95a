import { createInterface } from 'node:readline/promises'
import { isCI } from '../../framework/environment.ts'
import { UsageError } from '../errors.ts'
import { exitCodeOfSignal } from '../exit-codes.ts'

/**
 * Asks the person at the terminal; answers whether they said yes. No answer is no.
 *
 * @throws UsageError where nobody can be asked: `what` is to be done only with `--yes`.
 */
export async function confirm(what: string): Promise<boolean> {
  const isAPerson = process.stdin.isTTY && process.stderr.isTTY && !isCI()
  if (!isAPerson)
    throw new UsageError(`this would ${what}`, 'add --yes to do it, or --dry-run to see what it means')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const interrupted = new AbortController()
  terminal.once('SIGINT', () => interrupted.abort())
  try {
    const { signal } = interrupted
    return /^y(es)?$/i.test((await terminal.question(`${what}? [y/N] `, { signal })).trim())
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    process.stderr.write('\n')
    process.exitCode = exitCodeOfSignal('SIGINT')
    return false
  } finally {
    terminal.close()
  }
}
