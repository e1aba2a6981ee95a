import { expect, test } from 'vitest'
import { ENGINE_SESSION, STATEMENT_TIMEOUT_MS } from '../../../background/engine/session.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

test('no statement and no open transaction is held for long by a client that is gone', () => {
  expect(ENGINE_SESSION).toMatchObject({
    statement_timeout: `${STATEMENT_TIMEOUT_MS}ms`,
    idle_in_transaction_session_timeout: '10s',
    default_transaction_isolation: 'read committed',
  })
})

test('every setting is in force, whatever the defaults of the database', async () => {
  const database = await engine().value('select current_database()')
  await engine().query(`alter database ${database} set default_transaction_isolation = 'serializable'`)
  const db = engine().connect()
  for (const [name, value] of Object.entries(ENGINE_SESSION))
    expect([name, (await db.run({ name: '', text: `show ${name}` }, []))[0]?.[0]]).toEqual([
      name,
      shown(value),
    ])
  await engine().query(`alter database ${database} reset default_transaction_isolation`)
})

/** As the server shows it. */
function shown(value: string): string {
  return value.replace(/000ms$/, 's')
}
