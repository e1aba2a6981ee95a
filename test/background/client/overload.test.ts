import { expect, onTestFinished, test } from 'vitest'
import { Client } from '../../../background/operator.ts'
import { useEngine } from '../../support/engine.ts'
import { useLogins } from '../../support/logins.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const engine = useEngine()
const logins = useLogins(engine, [])

function client(url: string, scheduleTimeout: number): Client {
  const client = new Client({ url, payloadLimit: 1_000, scheduleTimeout })
  onTestFinished(() => client.close())
  return client
}

const count = () => engine().value('select count(*)::int from background.job')

test('behind a lock a job is refused in time, and can be scheduled again', async () => {
  const locking = await openTransaction(engine().url)
  await locking.query('lock table background.job in access exclusive mode')
  const { schedule, scheduleMany } = client(engine().url, 300)
  const refused = { code: 'DATABASE_BUSY', message: expect.stringMatching(/^nothing was scheduled: .*time/) }
  const since = performance.now()
  await expect(schedule({ task: 'A' })).rejects.toMatchObject(refused)
  expect(performance.now() - since).toBeLessThan(5_000)
  await expect(schedule({ task: 'A', key: 'k' })).rejects.toMatchObject(refused)
  await expect(scheduleMany('A', [{}, {}])).rejects.toMatchObject(refused)
  await locking.commit()
  await schedule({ task: 'A' })
  expect(await count()).toBe(1)
})

test('a server without a connection left says so at once', async () => {
  const { name, url } = logins.nobody
  await engine().query(`alter role ${name} connection limit 1`)
  await expect(client(url, 5_000).schedule({ task: 'A' })).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringMatching(/no connection left/),
  })
  expect(await count()).toBe(0)
})
