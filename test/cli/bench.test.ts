import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'

const database = useDatabase()
const project = useProject({}, () => ({ DATABASE_URL: database().url }))
const bench = (...args: string[]) => project().ks(['bg', 'bench', '--jobs', '1000', ...args])

const RATE = { perSecond: expect.any(Number) }

test('measures in a database of its own, and leaves the jobs of the app alone', async () => {
  const { code, stdout } = await bench()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^schedule, 10,000 jobs a call +[\d,]+ jobs\/s\nrun what was scheduled/)
  expect(stdout).toMatch(/\nfrom schedule to the start of the job, idle +\d+\.\d ms, one in a hundred/)
  expect(
    await database().query('select id from background.job union all select id from background.finished'),
  ).toEqual([])
})

test('--json', async () => {
  const { code, stdout } = await bench('--json')
  expect(code).toBe(0)
  const pickUp = { p50: expect.any(Number), p99: expect.any(Number) }
  const results = { bulk: RATE, drain: RATE, concurrent: RATE, serial: RATE, pickUp }
  expect(JSON.parse(stdout)).toEqual({ jobs: 1_000, results })
})

test('an interruption lets the measurement end and is the last one', async () => {
  const running = project().start(['bg', 'bench', '--jobs', '100000'])
  await running.says(/measuring with 100,000 jobs/)
  running.process.kill('SIGINT')
  await running.says(/stopping after this measurement/)
  const { code, stdout } = await running.ended()
  expect(code).toBe(130)
  expect(stdout).not.toContain('from schedule to the start')
})
