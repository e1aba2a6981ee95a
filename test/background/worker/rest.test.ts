import { expect, test } from 'vitest'
import { Rest } from '../../../background/worker/rest.ts'
import type { Connection } from '../../../framework/connection.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const engine = useEngine()

const resting = () =>
  engine().value(`
    select count(*)::int from pg_locks
     where locktype = 'advisory' and mode = 'ShareLock' and granted
       and database = (select oid from pg_database where datname = current_database())`)

function rest(): { rest: Rest; connection: Connection } {
  const connection = engine().connect()
  return { rest: new Rest(connection), connection }
}

test('it rests once, however often it looks, until it ends', async () => {
  const one = rest().rest
  for (let n = 0; n < 3; n++) await one.look([0])
  expect(await resting()).toBe(1)
  one.end()
  one.end()
  await eventually(async () => (await resting()) === 0)
  expect(one.isSettled).toBe(false)
  await one.look([0])
  expect(await resting()).toBe(1)
})

test('it is settled when all transactions from before have ended', async () => {
  const writing = await openTransaction(engine().url)
  await writing.query(`select background.add_job('A')`)
  const one = rest().rest
  for (let n = 0; n < 3; n++) expect(await one.look([0])).toMatchObject({ free: false })
  expect(one.isSettled).toBe(false)
  await writing.commit()
  await eventually(async () => (await one.look([0])).free && one.isSettled)
})

test('a session that was lost does not rest; the next look notices, and the one after it rests again', async () => {
  const { rest: one, connection } = rest()
  await eventually(async () => (await one.look([0])) && one.isSettled)
  await connection.drop()
  await eventually(async () => (await resting()) === 0)
  await one.look([0])
  expect(one.isSettled).toBe(false)
  await one.look([0])
  expect(await resting()).toBe(1)
})
