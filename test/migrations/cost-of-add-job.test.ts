import pg from 'pg'
import { expect, test } from 'vitest'
import { useEngine } from '../support/engine.ts'

const engine = useEngine()

const ADD = `perform background.add_job('SendEmail', '{"to":"ann@example.com"}')`
const times = (count: number, statement: string) =>
  `do $$ begin for n in 1..${count} loop ${statement}; end loop; end $$`

test('add_job writes two rows and reads none, and all that it checks is part of its own expressions', async () => {
  const client = new pg.Client(engine().url)
  await client.connect()
  try {
    await client.query(`set track_functions = 'all'; begin; ${times(10, ADD)}`)
    const calls = 'select funcname as name, calls::int from pg_stat_xact_user_functions order by 1'
    expect((await client.query(calls)).rows).toEqual([
      { name: 'add_job', calls: 10 },
      { name: 'put_job', calls: 10 },
    ])
    const tables = await client.query(`
      select relname as name, n_tup_ins::int as inserted, (n_tup_upd + n_tup_del + seq_scan + coalesce(idx_scan, 0))::int as others
        from pg_stat_xact_user_tables where n_tup_ins + n_tup_upd + n_tup_del + seq_scan + coalesce(idx_scan, 0) > 0 order by 1`)
    expect(tables.rows).toEqual([
      { name: 'job', inserted: 10, others: 0 },
      { name: 'ready', inserted: 10, others: 0 },
    ])
  } finally {
    // what is open would keep the tables from being emptied
    await client.end()
  }
})
