import pg from 'pg'
import { onTestFinished } from 'vitest'
import type { Engine } from './engine.ts'

/** A transaction that holds on to the waiting row of a job, as one does that has claimed it and has not committed. */
export async function lockingJob(engine: Engine, id: string): Promise<{ end(): Promise<void> }> {
  const client = new pg.Client(engine.url)
  await client.connect()
  const end = () => client.end()
  onTestFinished(end)
  await client.query('begin')
  for (const table of ['ready', 'member', 'deferred'])
    await client.query(`select from background.${table} where id = $1 for update`, [id])
  return {
    async end() {
      await client.query('rollback')
    },
  }
}
