import { expect, test } from 'vitest'
import { freshDatabase, useDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))
const doctor = (...args: string[]) => project().ks(['bg', 'doctor', ...args])

test('looks at everything, and says what to do', async () => {
  const { code, stdout, stderr } = await doctor()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ok {7}connection {2}a statement takes /)
  expect(stdout).toMatch(/\nok {7}notify {6}a notification arrives after /)
  expect(stdout).toMatch(/\nok {7}schema {6}up to date, \d+ migrations, nothing is missing\n/)
  expect(stdout).toContain(
    '\nwarning  workers     none is running\n                     fix  start one: npx ks bg\n',
  )
  expect(stderr).toMatch(/^\d+ looked at, 1 to be warned of, 0 to be solved\n$/)
})

test('--json, and --strict', async () => {
  const { code, stdout } = await doctor('--json', '--strict')
  expect(code).toBe(1)
  const { findings } = JSON.parse(stdout)
  const checks = [
    'connection',
    'pooler',
    'notify',
    'clock',
    'server',
    'horizon',
    'rights',
    'bloat',
    'workers',
    'schema',
  ]
  expect(findings.map((finding: { check: string }) => finding.check)).toEqual(checks)
  expect(findings[0]).toEqual({ check: 'connection', status: 'ok', text: expect.any(String), fix: null })
})

test('what somebody has dropped is named, and what is pending is a problem', async () => {
  const own = await freshDatabase()
  const env = { DATABASE_URL: own.url }
  try {
    await own.query('drop index background.finished_key; alter table background.job drop column tags cascade')
    const changed = await project().ks(['bg', 'doctor'], { env })
    expect(changed.stdout).toMatch(/it lacks column job\.tags, .*index finished_key/)
    await own.query('drop schema background cascade')
    const empty = await project().ks(['bg', 'doctor'], { env })
    expect(empty.code).toBe(1)
    expect(empty.stdout).toMatch(/problem {2}schema {6}it lacks 0001_jobs.*\n {21}fix {2}npx ks bg migrate\n/)
    expect(empty.stdout).not.toContain('bloat')
  } finally {
    await own.drop()
  }
})
