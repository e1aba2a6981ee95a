import pg from 'pg'
import { expect, test } from 'vitest'
import { withScratchDatabase } from '../../framework/scratch-database.ts'
import { useDatabase } from '../support/database.ts'

const database = useDatabase()

const exists = async (name: string) =>
  (await database().query(`select from pg_database where datname = '${name}'`)).length > 0

/** Connects and says where it is. */
async function nameOf(url: string): Promise<string> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query('select current_database() as name')
  await client.end()
  return rows[0].name
}

test('it is a database beside the given one, and is gone afterwards', async () => {
  const name = await withScratchDatabase(database().url, async url => {
    const name = await nameOf(url)
    expect(name).toMatch(/^kretes_scratch_/)
    expect(await exists(name)).toBe(true)
    return name
  })
  expect(await exists(name)).toBe(false)
})

test('it is gone also when the work fails, and the failure is what is told', async () => {
  let name = ''
  const work = async (url: string) => {
    name = await nameOf(url)
    throw new Error('broken')
  }
  await expect(withScratchDatabase(database().url, work)).rejects.toThrow('broken')
  expect(name).not.toBe('')
  expect(await exists(name)).toBe(false)
})

test('a role that may not make one is told what to do', async () => {
  const name = `modest_${process.pid}`
  await database().query(`create role ${name} login password 'secret'`)
  try {
    const url = Object.assign(new URL(database().url), { username: name, password: 'secret' }).href
    const denied = withScratchDatabase(url, async () => {})
    await expect(denied).rejects.toMatchObject({
      ...{ code: 'SCRATCH_DENIED', message: `the role "${name}" may not create databases` },
      hint: expect.stringContaining('createdb'),
    })
  } finally {
    await database().query(`drop role ${name}`)
  }
})
