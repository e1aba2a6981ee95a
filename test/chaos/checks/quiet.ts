import type { Check } from './check.ts'

/** When nothing is disturbed any more all jobs get done, and nothing is left of them: no claim, no slot, no lost row. */
export const quiet: Check = ({ history, audit }) => [
  ...(history.of('quiet').length > 0
    ? []
    : [{ what: stuck(audit.left), about: audit.left.slice(0, 3).map(({ uid }) => uid) }]),
  ...audit.leftovers.map(what => ({ what, about: [] })),
]

function stuck(left: readonly { readonly uid: string; readonly state: string }[]): string {
  const some = left.slice(0, 5).map(({ uid, state }) => `${uid} is ${state}`)
  return `${left.length} jobs do not end: ${some.join(', ')}`
}
