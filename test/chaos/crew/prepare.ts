import pg from 'pg'
import { migrate } from '../../../background/migrate.ts'

/** Brings our schema into the database at `url`, and a table of the app that the crew belongs to. */
export async function prepare(url: string): Promise<void> {
  await migrate(url)
  const client = new pg.Client(url)
  await client.connect()
  await client.query('create table written (uid text primary key)')
  await client.end()
}
