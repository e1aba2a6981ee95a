import { expect, test } from 'vitest'
import { claimQueues } from '../../../background/engine/claim-queues.ts'
import { describePlans } from '../../support/describe-plans.ts'
import { callsOf } from '../../support/engine-plans.ts'

/** They come first by name, and by priority. */
const FILL = [
  `select background.pause_queue('a paused one')`,
  `insert into background.slot (queue, number, claim_id) values ('a blocked one', 1, 9)`,
  `insert into background.member (queue, priority, run_at, id)
   select case when n % 2 = 0 then 'a paused one' else 'a blocked one' end, -5, now(), n from generate_series(1, 200000) n`,
  `insert into background.member (queue, priority, run_at, id)
   select 'customer ' || n, 0, now(), 200000 + n from generate_series(1, 100000) n`,
]
const MOST_LOOKS = 40

describePlans(
  'beside 100,000 jobs of a paused queue, as many of a blocked one, and 100,000 queues',
  FILL,
  execute => {
    test('a claim of ten queues looks at forty at most, and at no more than the heads of those two', async () => {
      const request = { claim: '2', worker: '1', slots: 10, perSlot: 10, cursor: '' }
      const executed = await execute(callsOf(db => claimQueues(db, request)))
      const nodes = executed.flatMap(one => one.nodes)
      const read = nodes.filter(({ table }) => table === 'member').map(({ rows, removed }) => rows + removed)
      expect(Math.max(...read)).toBeGreaterThan(0)
      expect(Math.max(...read)).toBeLessThanOrEqual(MOST_LOOKS)
      const won = nodes.filter(({ type, table }) => type === 'ModifyTable' && table === 'slot')
      expect(Math.max(...won.map(({ rows }) => rows))).toBe(10)
    })
  },
)
