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

/** Whether somebody else held a lock for longer than the statement was willing to wait. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03'
}

/** The SQLSTATE of an error that the server sent; errors of sockets have a `code` too, but no severity. */
function codeOf(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined
}
