import type { Executor } from '../../framework/executor.ts'
import { isRefusal } from './refusal.ts'
import { statement } from './statement.ts'

/**
 * Promises: as long as the answer is the same, the server has everything that it has acknowledged. It is another one
 * when a standby has taken over, and with `synchronous_commit` off when the server has come back from a crash: both may
 * lack what was committed last. Reads nothing of ours. Locks: none.
 */
const LINEAGE = statement(
  'lineage',
  `
select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
       || case when current_setting('synchronous_commit') = 'off'
               then coalesce((select ' ' || pid from pg_stat_activity where backend_type = 'checkpointer'), '') else '' end
`,
)

/** Which history the server is on; undefined when it does not tell, as a standby. */
export async function lineage(db: Executor): Promise<string | undefined> {
  try {
    const [row] = await db.run(LINEAGE, [])
    return row?.[0] ?? undefined
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}
