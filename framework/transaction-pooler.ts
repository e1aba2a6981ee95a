import type { Call } from './executor.ts'

/*
 * A transaction pooler, such as PgBouncer, lends a session for one transaction: the next one may come to another, which has
 * neither the settings nor the prepared statements of the last. What gives it away, and how to do without.
 */

/** Whether an attempt to connect failed because of the settings that it brought. */
export function refusesSettings(error: unknown): boolean {
  return error instanceof Error && /unsupported startup parameter/i.test(error.message)
}

/** Whether a session has not prepared the statement, or another one under its name: it has done nothing, then. */
export function hasNotPrepared(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return code === '26000' || code === '42P05'
}

/** The call in one piece: prepared and carried out together, by whatever session it comes to. */
export function nameless([statement, values]: Call): Call {
  return [{ ...statement, name: '' }, values]
}
