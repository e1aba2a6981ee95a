import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'

const OBJECT_IN_USE = '55006'

/** A database that one test, or one file, has for itself. */
export interface TestDatabase {
  readonly url: string
  readonly name: string
  /** Runs one statement and answers with its rows. */
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>
}

/** A database with our schema in it and no rows. */
export function freshDatabase(): Promise<TestDatabase> {
  return createDatabase(inject('templateDatabase'))
}

/** A database with nothing in it, not even our schema. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0')
}

/** One {@link freshDatabase} for all tests of a file: created before the first, dropped after the last. */
export function useDatabase(): () => TestDatabase {
  let database: TestDatabase | undefined
  beforeAll(async () => {
    database = await freshDatabase()
  })
  afterAll(() => database?.drop())
  return () => database as TestDatabase
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await clone(template, name)
  const url = inject('postgresUrl').replace('/postgres?', `/${name}?`)
  const pool = new pg.Pool({ connectionString: url, max: 4, allowExitOnIdle: true })
  // a test may end the connections of its own database
  pool.on('error', () => {})
  return {
    url,
    name,
    query: async (sql, values) => (await pool.query(sql, values)).rows,
    drop: async () => {
      await pool.end()
      await administer(
        // `drop … with (force)` came with PostgreSQL 13
        `alter database ${name} allow_connections false`,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
        `drop database ${name}`,
      )
    },
  }
}

/** PostgreSQL waits five seconds for whoever is connected to the template, such as autovacuum, then gives up. */
async function clone(template: string, name: string, attempts = 4): Promise<void> {
  try {
    await administer(`create database ${name} template ${template}`)
  } catch (error) {
    if ((error as pg.DatabaseError).code !== OBJECT_IN_USE || attempts === 1) throw error
    await clone(template, name, attempts - 1)
  }
}

async function administer(...statements: string[]): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'))
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
