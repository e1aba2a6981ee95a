import pg from 'pg'
import type { Engine } from './engine.ts'

/** Does `work` while a transaction holds on to the waiting row of a job, as one does that claims it and has not committed. */
export async function whileLocked(engine: Engine, id: string, work: () => Promise<void>): Promise<void> {
  const client = new pg.Client(engine.url)
  await client.connect()
  try {
    await client.query('begin')
    for (const table of ['ready', 'member', 'deferred'])
      await client.query(`select from background.${table} where id = $1 for update`, [id])
    await work()
  } finally {
    await client.end()
  }
}
