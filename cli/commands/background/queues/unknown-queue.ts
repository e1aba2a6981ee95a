import type { Operator } from '../../../../background/operator.ts'
import { didYouMean } from '../../../../framework/did-you-mean.ts'
import { say } from '../../../output.ts'
import type { Project } from '../../../project.ts'

/** So many are looked through for one that may have been meant. */
const MOST_KNOWN = 1_000

/** A queue is there once somebody names it, so a typing mistake makes one: told where another is called almost so. */
export async function tellUnknown(
  names: readonly string[],
  { queues }: Operator,
  { background }: Project,
): Promise<void> {
  const page = await queues.list({ limit: MOST_KNOWN })
  const known = [...Object.keys(background.queues), ...page.queues.map(({ name }) => name)]
  for (const name of names.filter(one => !known.includes(one))) {
    const meant = didYouMean(name, known)
    if (meant) say(`nothing is known of a queue ${name}; did you mean ${meant}?`)
  }
}
