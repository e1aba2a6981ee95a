import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'

const Charge = `
import { secret, task } from '@kretes/background'
import { z } from 'zod'

export default task({
  payload: z.object({ user: z.string(), token: secret(z.string()) }),
  maxAttempts: 1,
  run({ token }, { log }) {
    log.info('charging with ' + token)
    throw new Error('refused ' + token)
  },
})
`
const database = useDatabase()
const project = useProject({ 'tasks/Charge.ts': Charge }, () => ({ DATABASE_URL: database().url }))
const ks = (...args: string[]) => project().ks(['bg', ...args])

test('no command shows what a task calls secret', async () => {
  const scheduled = await ks('schedule', 'Charge', '--set', 'user=ann', '--set', 'token=hushhush', '--json')
  expect(scheduled).toMatchObject({ code: 0 })
  const { id } = JSON.parse(scheduled.stdout) as { id: string }
  const looks = [['list'], ['list', '--json'], ['show', id], ['show', id, '--json'], ['why', id]]
  const waiting = [
    ...looks,
    ['cancel', '--where', 'task:Charge', '--dry-run'],
    ['edit', id, '--in', '1h', '--json'],
  ]
  for (const look of waiting) {
    const { stdout, stderr } = await ks(...look)
    expect(stdout).toContain(look[0] === 'why' ? 'Charge' : '[secret]')
    expect(stdout + stderr).not.toContain('hushhush')
  }
  const charge = ['Charge', '@daily', '--set', 'user=ann', '--set', 'token=hushhush']
  for (const look of [
    ['cron', 'add', ...charge, '--json'],
    ['cron', '--json'],
    ['cron', 'pause', 'Charge', '--json'],
  ]) {
    const { stdout, code } = await ks(...look)
    expect([look, code, stdout]).toEqual([look, 0, expect.stringContaining('[secret]')])
    expect(stdout).not.toContain('hushhush')
  }
  await ks('retry', id)
  const worked = await ks('start', '--once')
  expect(worked.stdout + worked.stderr).not.toContain('hushhush')
  for (const look of [...looks, ['logs', id], ['logs', id, '--json']]) {
    const { stdout, stderr } = await ks(...look)
    expect(stdout + stderr).not.toContain('hushhush')
  }
  expect((await ks('logs', id)).stdout).toContain('charging with [secret]')
}, 120_000)
