import { hostname, userInfo } from 'node:os'
import type { Deed, Operator } from '../background/operator.ts'

/** Who sits here, as others are told of them: `ann@laptop`. */
export function actorHere(): string {
  return `${userInfo().username}@${hostname()}`
}

/** Does something, and has it known who did it: in the log of activities, which the dashboard shows. */
export function recorded<Result>(
  { activities }: Operator,
  deed: Omit<Deed, 'actor'>,
  act: () => Promise<Result>,
): Promise<Result> {
  return activities.record({ ...deed, actor: actorHere() }, act)
}
