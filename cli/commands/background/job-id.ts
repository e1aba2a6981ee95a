import { UsageError } from '../../errors.ts'

/** The id of a job as it was typed, also with the `#` with which it is printed. */
export function jobIdOf(text: string): string {
  const id = text.replace(/^#/, '')
  if (/^\d{1,18}$/.test(id)) return id
  throw new UsageError(
    `${JSON.stringify(text)} is not the id of a job`,
    'an id is a number, as ks bg schedule and ks bg list print it: ks bg show 17',
  )
}
