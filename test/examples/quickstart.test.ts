import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { BackgroundConfig } from '../../background/config.ts'
import { createRegistry, openWorker, type Worker } from '../../background/operator.ts'
import app from '../../examples/quickstart/app.ts'
import SendEmail from '../../examples/quickstart/tasks/SendEmail.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'

let database: TestDatabase
let worker: Worker
let url: string

beforeAll(async () => {
  database = await freshDatabase()
  vi.stubEnv('DATABASE_URL', database.url)
  vi.stubEnv('PORT', '0')
  vi.stubEnv('LOG_LEVEL', 'silent')
  // nobody has compiled the app, so its task gets its name here
  const registry = createRegistry({ SendEmail })
  ;({ url } = await app.listen())
  worker = await openWorker(app, { config: app.config.background as BackgroundConfig, registry })
  await worker.start()
})

afterAll(async () => {
  await worker?.stop(0)
  await app.stop()
  vi.unstubAllEnvs()
  await database?.drop()
})

function signUp(email: string): Promise<Response> {
  return fetch(`${url}/signup`, { method: 'POST', body: JSON.stringify({ email }) })
}

test('who signs up is written down and gets a message', async () => {
  const response = await signUp('ann@example.com')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ email: 'ann@example.com' })
  const job = await eventually(async () => (await finished('ann@example.com'))[0])
  expect(job).toMatchObject({ task: 'SendEmail', queue: 'email', state: 'completed', attempt: 1 })
  const [user] = await users('ann@example.com')
  expect(user?.welcomed_at).toBeInstanceOf(Date)
})

test('when the row is refused there is no job either, although that was scheduled first', async () => {
  await signUp('bob@example.com')
  await eventually(async () => (await finished('bob@example.com'))[0])
  const response = await signUp('bob@example.com')
  expect(response.status).toBe(409)
  await worker.untilEmpty()
  expect(await finished('bob@example.com')).toHaveLength(1)
  expect(await users('bob@example.com')).toHaveLength(1)
  expect(await database.query('select from background.jobs')).toEqual([])
})

test('when the job is refused there is no row either', async () => {
  const response = await signUp('not an address')
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'INVALID_PAYLOAD' })
  expect(await users('not an address')).toEqual([])
})

function users(email: string) {
  return database.query('select * from users where email = $1', [email])
}

function finished(email: string) {
  return database.query(`select * from background.history where payload ->> 'to' = $1`, [email])
}
