import pg from 'pg'
import { onTestFinished } from 'vitest'
import type { Executor } from '../../framework/executor.ts'
import { eventually } from './eventually.ts'

/** A transaction that stays open, in somebody else's connection. */
export interface OpenTransaction {
  readonly executor: Executor
  query(sql: string): Promise<unknown>
  commit(): Promise<void>
  /** Its connection breaks before it could commit. */
  die(): Promise<void>
}

const types = { getTypeParser: () => (value: unknown) => value as never }

/** Begins a transaction; it ends with the test at the latest. A concurrent test brings its own `atEnd`. */
export async function openTransaction(url: string, atEnd = onTestFinished): Promise<OpenTransaction> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  atEnd(() => client.end().catch(() => {}))
  await client.query('begin')
  return {
    executor: {
      run: async ({ text }, values) => {
        const query = { text, values: [...values], rowMode: 'array' as const, types }
        return (await client.query<(string | null)[]>(query)).rows
      },
    },
    query: sql => client.query(sql),
    commit: async () => void (await client.query('commit')),
    die: () => terminate(client, url),
  }
}

async function terminate(client: pg.Client, url: string): Promise<void> {
  const [{ pid } = {}] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
  const admin = new pg.Client(url)
  await admin.connect()
  try {
    await admin.query('select pg_terminate_backend($1)', [pid])
    await eventually(async () => {
      const { rowCount } = await admin.query('select from pg_stat_activity where pid = $1', [pid])
      return rowCount === 0
    })
  } finally {
    await admin.end()
  }
}
