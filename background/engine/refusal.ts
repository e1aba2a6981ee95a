/** Connection lost, resources, operator: these say nothing about the statement, and not always that it did not happen. */
const NOT_A_REFUSAL = /^(08|57P)/
/** Values that do not fit, and rules of the schema that they break. */
const ABOUT_VALUES = /^(22|23|54|P0)/

/** Whether the server answered that it did not do it: the statement and its whole transaction are undone for certain. */
export function isRefusal(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && !NOT_A_REFUSAL.test(code)
}

/** Whether it was refused because of the values in it: the same statement with other values may pass. */
export function isAboutValues(error: unknown): boolean {
  return ABOUT_VALUES.test(codeOf(error) ?? '')
}

/** Whether a row that it refers to is gone. */
export function isMissingReference(error: unknown): boolean {
  return codeOf(error) === '23503'
}

/** Why the server did nothing although nothing is wrong with the statement; undefined for any other refusal. */
export function overload(error: unknown): string | undefined {
  const code = codeOf(error) ?? ''
  if (code === '57014') return 'the database did not get it done in the time it had'
  if (code === '55P03') return 'somebody holds a lock on the tables of the queue'
  if (code === '53100') return 'the disk of the database is full'
  if (code === '25006') return 'the database only reads: it is a standby, or was told not to write'
  return code.startsWith('53') ? 'the database has no resources left' : undefined
}

/** Whether somebody else held a lock for longer than the statement was willing to wait. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03'
}

/** Whether a statement before it had failed in the same transaction, which can only be rolled back. */
export function isFailedTransaction(error: unknown): boolean {
  return codeOf(error) === '25P02'
}

/** The SQLSTATE of an error that the server sent; errors of sockets have a `code` too, but no severity. */
function codeOf(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined
}
