import type { Executor, Row } from '../../framework/executor.ts'
import { looked, MATCHES, type Search, searchValues } from './search.ts'
import { statement } from './statement.ts'

export interface Counted {
  readonly count: number
  /** Whether there are more jobs than were looked at, so that the count may be too low. */
  readonly capped: boolean
}

/** Promises nothing beyond what it reads. Indexes: as for a list. Locks: none. */
function countStatement(search: Search) {
  const { name, cte } = looked(search)
  return statement(
    `count_${name}`,
    `with ${cte} select count(*) filter (where ${MATCHES}), count(*) from looked`,
  )
}

/** How many jobs match among the newest `most`. */
export async function countJobs(db: Executor, search: Search, most: number): Promise<Counted> {
  const [row] = await db.run(countStatement(search), searchValues(search, most + 1))
  const [count, seen] = row as Row
  return { count: Math.min(Number(count), most), capped: Number(seen) > most }
}
