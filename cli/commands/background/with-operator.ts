import type { Operator } from '../../../background/operator.ts'
import type { RemoteOperator } from '../../../dashboard/remote.ts'
import { exitCodeOfSignal } from '../../exit-codes.ts'
import { findProject, type Project } from '../../project.ts'
import { type RemoteAddress, type RemoteOptions, remoteAddress } from '../../remote.ts'
import { onSignals } from '../../shutdown.ts'
import { type ClientOptions, withClient } from './with-client.ts'

export interface OperatorOptions extends ClientOptions, RemoteOptions {}

/** What a command does: `place` is the database or the dashboard, as people call it. */
type Work<T, Lent = Operator> = (operator: Lent, project: Project, place: string) => Promise<T>

/**
 * Lends what answers the questions of a command that soon ends, and does what it says: the project's database, or with
 * `--remote` the dashboard there. Commands do not know which it is.
 */
export async function withOperator<T>(options: OperatorOptions, work: Work<T>): Promise<T> {
  const address = remoteAddress(options)
  return address ? withRemote(address, options, work) : withClient(options, work)
}

/** The same for what only a dashboard does. */
export async function withRemote<T>(
  address: RemoteAddress,
  options: OperatorOptions,
  work: Work<T, RemoteOperator>,
): Promise<T> {
  const { interrupted } = options
  const project = options.project ?? (await findProject())
  const { openRemote } = await import('../../../dashboard/remote.ts')
  const operator = openRemote(address)
  const leave = (signal: NodeJS.Signals) => process.exit(exitCodeOfSignal(signal))
  const release = onSignals(...(interrupted ? [interrupted] : []), leave)
  try {
    return await work(operator, project, address.url)
  } finally {
    release()
  }
}
