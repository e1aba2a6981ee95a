import { beforeAll, expect, test } from 'vitest'
import { migrateDatabase } from '../../background/migrate.ts'
import { openDatabase } from '../../framework/database.ts'
import { useEngine } from '../support/engine.ts'
import { useLogins } from '../support/logins.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const engine = useEngine()
beforeAll(async () => {
  const database = openDatabase({ url: engine().url, poolSize: 1, applicationName: 'roles test' })
  await migrateDatabase(database, { roles: true }).finally(() => database.close())
})
const logins = useLogins(engine, ['background_reader'])
const project = useProject(TASKS, () => ({ DATABASE_URL: logins.background_reader.url }))

/** A job that waits, one that is due later and one that has finished. */
async function seed(): Promise<string> {
  const env = { DATABASE_URL: engine().url }
  const schedule = (...args: string[]) =>
    project().ks(['bg', 'schedule', 'SendEmail', '--set', 'to=ann@example.com', ...args, '--json'], { env })
  await schedule()
  await project().ks(['bg', 'start', '--once'], { env })
  await schedule('--in', '1h', '--key', 'k')
  await project().ks(['bg', 'cron', 'add', 'SendEmail', '@daily', '--set', 'to=ann@example.com'], { env })
  return JSON.parse((await schedule('--queue', 'email', '--tag', 'user:42')).stdout).id
}

test('a reader sees everything but payloads, results and logs, and changes nothing', async () => {
  const id = await seed()
  const ks = (...args: string[]) => project().ks(['bg', ...args])
  for (const args of [
    ...[
      ['list'],
      ['list', 'state:available,completed'],
      ['list', 'tag:user:42', '-error:x'],
      ['list', 'key:k'],
    ],
    ...[['show', id], ['show', '1'], ['why', id], ['stats'], ['queues'], ['workers'], ['cron']],
    ...[['cron', 'next', 'SendEmail'], ['tasks'], ['doctor'], ['migrate', '--status']],
    ...[
      ['top', '--json', '--count', '1'],
      ['wait', '1'],
    ],
  ]) {
    const { code, stderr } = await ks(...args)
    expect([args, code, stderr]).toEqual([args, 0, expect.not.stringContaining('error')])
  }
  const shown =
    (await ks('list', '--json')).stdout + (await ks('show', '1')).stdout + (await ks('wait', '1')).stdout
  expect(shown).toContain('not shown: this user may not see payloads')
  expect(shown).not.toContain('ann@example.com')
  for (const args of [
    ...[
      ['retry', id],
      ['cancel', id],
      ['discard', id],
      ['delete', id, '--yes'],
      ['edit', id, '--priority', '3'],
    ],
    ...[
      ['logs', '1'],
      ['queues', 'pause', 'email'],
      ['cron', 'pause', 'SendEmail'],
      ['queues', 'limit', 'email', '3'],
    ],
    ...[['schedule', 'SendEmail'], ['prune'], ['start', '--once']],
  ]) {
    const { code, stderr } = await ks(...args)
    expect([args, code, stderr]).toEqual([
      args,
      1,
      expect.stringMatching(/^error: login_\w+ may not do this at .*\n {2}hint {2}/),
    ])
  }
})
