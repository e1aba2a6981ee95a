import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { ambientTransaction, createApp, createLogger, database, transaction } from '../../framework/index.ts'
import { emptyDatabase } from '../support/database.ts'

test('database and transaction are those of the current app', async () => {
  const empty = await emptyDatabase()
  onTestFinished(() => empty.drop())
  await empty.query('create table note (text text)')
  const app = createApp({ config: { database: empty.url }, logger: createLogger({ level: 'silent' }) })
  onTestFinished(() => app.stop())
  await app.setup()

  const length = await transaction(async trx => {
    expect(ambientTransaction()?.trx).toBe(trx)
    await sql`insert into note values ('a')`.execute(trx)
    return 1
  })
  const failing = transaction(async trx => {
    await trx.insertInto('note').values({ text: 'b' }).execute()
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  const { kysely } = await database()
  expect(await kysely.selectFrom('note').selectAll().execute()).toHaveLength(length)
})

test('without an app they say what is missing', async () => {
  await expect(database()).rejects.toMatchObject({
    code: 'NO_APP',
    hint: expect.stringContaining('createApp()'),
  })
  await expect(transaction(async () => {})).rejects.toMatchObject({ code: 'NO_APP' })
})
