import type { ActivityPage } from '../../background/operator.ts'
import type { Asked } from './asked.ts'
import { wholeNumber } from './numbers.ts'

/** Who has done what: `?actor=&action=&target=`, those before `?cursor=`. */
export function readActivity({ client, query }: Asked): Promise<ActivityPage> {
  const text = (name: string) => query.get(name) || undefined
  const filter = { actor: text('actor'), action: text('action'), target: text('target') }
  const limit = wholeNumber(query, 'limit', { most: 100, otherwise: 50 })
  return client.activities.list({ ...filter, limit, cursor: text('cursor') })
}
