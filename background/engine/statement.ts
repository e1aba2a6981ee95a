import type { Statement } from '../../framework/executor.ts'

/** Names a statement for the server's cache of prepared ones. */
export function statement(name: string, text: string): Statement {
  return { name: `background_${name}`, text: text.trim() }
}

/** A PostgreSQL array of values that need no quoting: numbers, and ids as text. */
export function plainArray(values: readonly (number | string)[]): string {
  return `{${values.join()}}`
}

/** A PostgreSQL array of texts, null allowed. */
export function textArray(values: readonly (string | null)[]): string {
  return `{${values.map(quoted).join()}}`
}

function quoted(value: string | null): string {
  return value === null ? 'null' : `"${value.replace(/["\\]/g, '\\$&')}"`
}
