import pg from 'pg'
import { closedLoop } from './callers.js'

const CALLERS = 10

/** An app that writes orders, each in a transaction: the user of case `transaction` and of its floor. */
export async function openShop(url) {
  const pool = new pg.Pool({ connectionString: url, max: CALLERS })
  await pool.query(
    'create table orders (id bigint generated always as identity primary key, total int not null)',
  )
  return {
    /** Sells for `ms` milliseconds; `also(client, n)` does something in the transaction of order number n. */
    sell: (ms, also = async () => {}) =>
      closedLoop(CALLERS, ms, n => sellOne(pool, client => also(client, n))),
    close: () => pool.end(),
  }
}

async function sellOne(pool, also) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query({ name: 'order', text: 'insert into orders (total) values ($1)', values: [100] })
    await also(client)
    await client.query('commit')
  } finally {
    client.release()
  }
}
