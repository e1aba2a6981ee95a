import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import type { Engine } from './engine.ts'

/** Somebody who can log in and has one role, or none. */
export interface Login {
  readonly name: string
  readonly url: string
  /** Runs one statement and answers with its rows. */
  query(sql: string): Promise<Record<string, unknown>[]>
}

/** A login of each role for the tests of a file; `nobody` has none. */
export function useLogins<Role extends string>(
  engine: () => Engine,
  roles: readonly Role[],
): Readonly<Record<Role | 'nobody', Login>> {
  const logins = {} as Record<string, Login>
  const clients: pg.Client[] = []
  beforeAll(async () => {
    for (const role of [...roles, 'nobody']) {
      const name = `login_${randomBytes(6).toString('hex')}`
      await engine().query(`create role ${name} login password 'secret'`)
      if (role !== 'nobody') await engine().query(`grant ${role} to ${name}`)
      const url = Object.assign(new URL(engine().url), { username: name, password: 'secret' }).href
      const client = new pg.Client(url)
      await client.connect()
      clients.push(client)
      logins[role] = { name, url, query: async sql => (await client.query(sql)).rows }
    }
  })
  afterAll(async () => {
    await Promise.all(clients.map(client => client.end()))
    for (const { name } of Object.values(logins)) await engine().query(`drop role ${name}`)
  })
  return logins as Record<Role | 'nobody', Login>
}
