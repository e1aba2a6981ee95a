import type { TaskChanges } from '../../background/operator.ts'
import { humanDuration } from '../../framework/duration.ts'

/** What a change of files did, in lines for people; none when it did nothing but reveal a problem. */
export function describeChanges({ added, changed, removed, kept, ms }: TaskChanges): string[] {
  const parts = [
    ...(changed.length > 0 ? [`reloaded ${changed.join(', ')}`] : []),
    ...(added.length > 0 ? [`found ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`no longer there: ${removed.join(', ')}`] : []),
  ]
  return [
    ...(parts.length > 0 ? [`${parts.join('; ')} in ${humanDuration(ms)}`] : []),
    ...(kept.length > 0
      ? [`${kept.join(', ')}: the code from before stays in use until that is corrected`]
      : []),
  ]
}
