import { expect, test } from 'vitest'
import { isAboutValues, isMissingReference, isRefusal } from '../../../background/engine/refusal.ts'
import { newId } from '../../../background/id.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

/** The error of one of these statements, run in turn. */
async function errorOf(...texts: string[]): Promise<unknown> {
  const connection = engine().connect()
  const run = async () => {
    for (const text of texts) await connection.run({ name: '', text }, [])
  }
  return run().catch(error => error)
}

test('values that do not fit are refused because of them', async () => {
  for (const text of [
    "select '{oops'::json",
    'select 1 / 0',
    'insert into background.job (task) values (null)',
  ]) {
    const error = await errorOf(text)
    expect([isRefusal(error), isAboutValues(error), isMissingReference(error)]).toEqual([true, true, false])
  }
})

test('a missing table is a refusal that other values would not help against', async () => {
  const error = await errorOf('select * from nowhere')
  expect([isRefusal(error), isAboutValues(error)]).toEqual([true, false])
})

test('a claim of a worker that is gone misses its worker', async () => {
  await engine().enqueue({})
  expect(
    isMissingReference(
      await engine()
        .claim(newId())
        .catch(error => error),
    ),
  ).toBe(true)
})

test('a statement that took too long is a refusal', async () => {
  const error = await errorOf("set statement_timeout = '10ms'", 'select pg_sleep(1)')
  expect([isRefusal(error), isAboutValues(error)]).toEqual([true, false])
})

test('an ended session says nothing about its statement', async () => {
  const error = await errorOf('select pg_terminate_backend(pg_backend_pid())')
  expect(error).toBeInstanceOf(Error)
  expect(isRefusal(error)).toBe(false)
})

test.each([
  Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }),
  Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
  new Error('Query read timeout'),
  undefined,
  'text',
])('nor does %s', error => {
  expect([isRefusal(error), isAboutValues(error), isMissingReference(error)]).toEqual([false, false, false])
})
