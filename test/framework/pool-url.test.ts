import { userInfo } from 'node:os'
import pg from 'pg'
import { expect, test } from 'vitest'
import { urlOfPool } from '../../framework/pool-url.ts'
import { useDatabase } from '../support/database.ts'

const database = useDatabase()

/** What pg makes of a pool's settings, and what it makes of the URL that we make of them. */
function bothWays(config: pg.PoolConfig) {
  const url = urlOfPool(new pg.Pool(config))
  const facts = ({ host, port, user, password, database, ssl }: pg.Client) => {
    return { host, port, user, password, database, ssl }
  }
  return [
    facts(new pg.Client(config)),
    facts(new pg.Client(url === undefined ? {} : { connectionString: url })),
  ]
}

test.each<pg.PoolConfig>([
  {},
  { host: 'db.example.com', port: 5433, user: 'ann', password: 'p@ss:w/ord?#%', database: 'shop' },
  { host: '/var/run/postgresql', user: 'ann', database: 'shop', port: 6000 },
  { host: '::1', database: 'shop' },
  { port: 6000 },
  { user: 'ann', password: 'x' },
  { database: 'my shop' },
  { connectionString: 'postgres://ann:x@db.example.com:5433/shop?application_name=x' },
  { connectionString: 'postgres://ann:x@db.example.com/shop', ssl: { rejectUnauthorized: false } },
  { host: 'db.example.com', ssl: { rejectUnauthorized: false } },
  { ssl: { rejectUnauthorized: false } },
])('%o leads to the same place', config => {
  const [fromConfig, fromUrl] = bothWays(config)
  expect(fromUrl).toEqual(fromConfig)
})

test('ssl without anything else checks the certificate', () => {
  expect(urlOfPool(new pg.Pool({ host: 'db', ssl: true }))).toBe('postgres://db/?sslmode=verify-full')
})

test.each([
  { password: async () => 'x' },
  { ssl: { ca: '-----BEGIN CERTIFICATE-----' } },
  { connectionString: 'postgres://db/shop', ssl: { rejectUnauthorized: true, cert: 'x' } },
])('%o fits into no connection string, and it is said what to do', config => {
  expect(() => urlOfPool(new pg.Pool(config))).toThrow(expect.objectContaining({ code: 'POOL_URL' }))
})

test('a client connects with it', async () => {
  const { hostname, port, username, password, pathname } = new URL(database().url)
  const parts = {
    host: hostname,
    port: Number(port),
    user: username || userInfo().username,
    password,
    database: pathname.slice(1),
  }
  const client = new pg.Client({ connectionString: urlOfPool(new pg.Pool(parts)) })
  await client.connect()
  try {
    expect((await client.query('select current_database() as name')).rows).toEqual([
      { name: database().name },
    ])
  } finally {
    await client.end()
  }
})
