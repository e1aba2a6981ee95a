import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../framework/database.ts'
import { type AmbientTransaction, ambientTransaction, transaction } from '../../framework/transaction.ts'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'

let empty: TestDatabase
let database: Database
let heard: unknown[] = []

beforeAll(async () => {
  empty = await emptyDatabase()
  await empty.query('create table note (text text)')
  database = openDatabase({
    url: empty.url,
    poolSize: 3,
    applicationName: 'test',
    onError: error => heard.push(error),
  })
})

beforeEach(async () => {
  heard = []
  await empty.query('truncate note')
})

afterAll(async () => {
  await database?.close()
  await empty?.drop()
})

async function notes(): Promise<string[]> {
  return (await empty.query<{ text: string }>('select text from note order by text')).map(note => note.text)
}

/** Code that was told of no transaction. */
async function write(text: string): Promise<void> {
  const connection = ambientTransaction()?.trx ?? database.kysely
  await sql`insert into note values (${text})`.execute(connection)
}

test('what returns is committed, with what it returned', async () => {
  const result = await transaction(database, async () => {
    await write('a')
    expect(await notes()).toEqual([])
    return 42
  })
  expect(result).toBe(42)
  expect(await notes()).toEqual(['a'])
})

test('what throws is rolled back, with what it threw', async () => {
  const failing = transaction(database, async () => {
    await write('a')
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await notes()).toEqual([])
})

test('a transaction inside another joins it', async () => {
  const failing = transaction(database, async outer => {
    await transaction(database, async inner => {
      expect(inner).toBe(outer)
      await write('inner')
    })
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await notes()).toEqual([])
})

test('a transaction of another database does not join', async () => {
  const other = openDatabase({ url: empty.url, poolSize: 1, applicationName: 'test' })
  try {
    await transaction(database, async outer => {
      await transaction(other, async inner => expect(inner).not.toBe(outer))
    })
  } finally {
    await other.close()
  }
})

test('transactions that run at the same time do not see each other', async () => {
  const seen = await Promise.all(
    ['a', 'b', 'c'].map(text =>
      transaction(database, async trx => {
        await write(text)
        return ambientTransaction()?.trx === trx
      }),
    ),
  )
  expect(seen).toEqual([true, true, true])
  expect(ambientTransaction()).toBeUndefined()
  expect(await notes()).toEqual(['a', 'b', 'c'])
})

test('actions run after the commit, in order and outside of the transaction', async () => {
  const log: unknown[] = []
  await transaction(database, async () => {
    ambientTransaction()?.afterCommit(async () => log.push(await notes(), ambientTransaction()))
    await transaction(database, async () => ambientTransaction()?.afterCommit(() => log.push('second')))
    await write('a')
    log.push('work')
  })
  expect(log).toEqual(['work', ['a'], undefined, 'second'])
})

test('no action runs after a rollback, also not when it was COMMIT that rolled back', async () => {
  let ran = false
  const act = () => {
    ran = true
  }
  const throwing = transaction(database, async () => {
    ambientTransaction()?.afterCommit(act)
    throw new Error('no')
  })
  await expect(throwing).rejects.toThrow('no')
  const swallowing = transaction(database, async trx => {
    ambientTransaction()?.afterCommit(act)
    await sql`select 1 / 0`.execute(trx).catch(() => {})
  })
  await expect(swallowing).rejects.toMatchObject({ code: 'TRANSACTION_ROLLED_BACK' })
  expect(ran).toBe(false)
})

test('an action that throws is reported, undoes nothing and holds nobody up', async () => {
  const ran: string[] = []
  const result = await transaction(database, async () => {
    ambientTransaction()?.afterCommit(() => Promise.reject(new Error('one')))
    ambientTransaction()?.afterCommit(() => {
      throw new Error('two')
    })
    ambientTransaction()?.afterCommit(() => ran.push('three'))
    return 'done'
  })
  expect(result).toBe('done')
  expect(heard).toEqual([new Error('one'), new Error('two')])
  expect(ran).toEqual(['three'])
})

test('work that outlives its transaction is in none, and cannot use the one it was in', async () => {
  let finish: () => void = () => {}
  let late: Promise<{ ambient: AmbientTransaction | undefined; writing: Promise<unknown> }> | undefined
  await transaction(database, async trx => {
    const finished = new Promise<void>(resolve => {
      finish = resolve
    })
    late = finished.then(() => ({
      ambient: ambientTransaction(),
      writing: sql`insert into note values ('late')`.execute(trx).catch(error => error),
    }))
  })
  finish()
  const found = await late
  expect(found?.ambient).toBeUndefined()
  expect(await found?.writing).toBeInstanceOf(Error)
  expect(await notes()).toEqual([])
})

test('two copies of this package share the running transaction', async () => {
  const key = Symbol.for('kretes.transaction')
  const shared = (globalThis as unknown as Record<symbol, { getStore(): AmbientTransaction | undefined }>)[
    key
  ]
  await transaction(database, async trx => expect(shared?.getStore()?.trx).toBe(trx))
})
