import { messageOf } from '../../framework/errors.ts'
import { BackgroundError } from '../errors.ts'

const INSUFFICIENT_PRIVILEGE = '42501'
/** How many errors there may be around PostgreSQL's own. */
const DEEPEST = 5

/**
 * What the user of somebody's transaction may not do, said with a way out; any other error comes back as it is. Drivers
 * pass on PostgreSQL's error, wrap it as a cause, or keep its code beside their own.
 */
export function explainDenialIn(error: unknown): unknown {
  const denial = denialIn(error, DEEPEST)
  if (denial === undefined) return error
  return new BackgroundError(`the user of this transaction may not schedule jobs: ${messageOf(denial)}`, {
    code: 'PERMISSION_DENIED',
    hint: 'grant background_enqueuer to the user (ks bg migrate --roles makes that role), and roll the transaction back',
    cause: error,
  })
}

function denialIn(error: unknown, depth: number): unknown {
  if (depth === 0 || typeof error !== 'object' || error === null) return undefined
  const { code, cause, meta } = error as { code?: unknown; cause?: unknown; meta?: unknown }
  if (code === INSUFFICIENT_PRIVILEGE) return error
  return denialIn(cause, depth - 1) ?? denialIn(meta, depth - 1)
}
