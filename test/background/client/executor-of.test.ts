import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { executorOf } from '../../../background/client/executor-of.ts'
import { openDatabase } from '../../../framework/database.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
const clients = useClients(engine)

type Transact = (work: (transaction: unknown) => Promise<void>) => Promise<void>

/** A pg client in a transaction, dressed as what others hand out. */
function dressed(dress: (client: pg.Client) => unknown): Transact {
  return async work => {
    const client = new pg.Client(engine().url)
    onTestFinished(() => client.end())
    await client.connect()
    await client.query('begin')
    try {
      await work(dress(client))
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  }
}

/** As postgres.js: a function that answers with the rows, every parameter sent as text of a type that the server says. */
function postgresJs(client: pg.Client): unknown {
  const sql = () => {}
  return Object.assign(sql, {
    unsafe: async (text: string, values: unknown[]) => (await client.query(text, values)).rows,
  })
}

/** As Knex: question marks for values, and question marks that are meant escaped. */
function knex(client: pg.Client): unknown {
  const raw = (text: string, bindings: unknown[]) => {
    let n = 0
    return client.query(
      text.replaceAll(/\\\?|\?/g, found => (found === '?' ? `$${++n}` : '?')),
      bindings,
    )
  }
  return Object.assign(() => {}, { raw })
}

const SHAPES: Record<string, Transact> = {
  pg: dressed(client => client),
  'postgres.js': dressed(postgresJs),
  Prisma: dressed(client => ({
    $queryRawUnsafe: async (text: string, ...values: unknown[]) => (await client.query(text, values)).rows,
  })),
  Knex: dressed(knex),
  'Drizzle over pg': dressed(client => ({ session: { client }, query: {} })),
  'Drizzle over pg, by its other name': dressed(client => ({ _: { session: { client } }, query: {} })),
  'Drizzle over postgres.js': dressed(client => ({ session: { client: postgresJs(client) }, query: {} })),
  async Kysely(work) {
    const database = openDatabase({ url: engine().url, poolSize: 1, applicationName: 'app' })
    onTestFinished(() => database.close())
    await database.kysely.transaction().execute(work)
  },
}

const PAYLOAD = { text: 'is it? $1 ö" \\ \'', list: [1, [2]] }

describe.each(Object.entries(SHAPES))('%s', (_, transact) => {
  test('jobs of every kind are stored as they are', async () => {
    const ids: string[] = []
    await transact(async transaction => {
      const scheduler = clients.open().with(transaction)
      const options = { queue: 'q?', tags: ['a,"b'], priority: -3, maxAttempts: 2, in: 60_000.5 }
      ids.push((await scheduler.schedule({ task: 'A', payload: PAYLOAD, ...options })).id)
      ids.push((await scheduler.schedule({ task: 'A', payload: PAYLOAD, key: 'k?', ...options })).id)
      const many = [
        { payload: PAYLOAD, ...options },
        { payload: PAYLOAD },
        { payload: PAYLOAD, runAt: new Date(0) },
      ]
      ids.push(...(await scheduler.scheduleMany('A', many)).map(handle => handle.id))
    })
    const stored = await engine().query('select * , payload::text as text from background.job order by id')
    expect(stored.map(job => (job as { id: string }).id)).toEqual(ids)
    const rich = { queue: 'q?', tags: ['a,"b'], priority: -3, max_attempts: 2, text: JSON.stringify(PAYLOAD) }
    expect(stored).toMatchObject([
      rich,
      { ...rich, key: 'k?' },
      rich,
      { queue: null, tags: null, priority: 0, max_attempts: 25 },
      { run_at: new Date(0) },
    ])
  })

  test('nothing is left of a transaction that is rolled back', async () => {
    const work = transact(async transaction => {
      await clients.open().with(transaction).schedule({ task: 'A' })
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await engine().value('select count(*)::int from background.job')).toBe(0)
  })
})

test.each([[undefined], [null], [1], ['begin'], [{}], [() => {}], [{ session: {} }], [{ session: null }]])(
  '%s is no transaction',
  what => {
    expect(() => executorOf(what)).toThrowError(expect.objectContaining({ code: 'UNKNOWN_TRANSACTION' }))
  },
)
