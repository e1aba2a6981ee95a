import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { KS } from '../support/build.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

/** The packages that a command may load which only asks or writes something: each costs every call of it time. */
const NEEDED = [
  'commander',
  'croner',
  'pg',
  'pg-connection-string',
  'pg-int8',
  'pg-pool',
  'pg-protocol',
  'pg-types',
]
const OF_THEIRS = ['postgres-array', 'postgres-bytea', 'postgres-date', 'postgres-interval', 'xtend']

const CONFIG = `
import { defineConfig } from '@kretes/background/framework'
import { concurrency } from './settings.ts'
export default defineConfig({ background: { concurrency } })
`
const PAY = `
import { task } from '@kretes/background'
import { z } from 'zod'
export default task({ payload: z.object({}), run() {} })
`
const database = useDatabase()
const project = useProject(
  { ...TASKS, 'kretes.config.ts': CONFIG, 'settings.ts': 'export const concurrency = 3' },
  () => ({ DATABASE_URL: database().url }),
)
const schedule = ['schedule', 'SendEmail', '--set', 'to=ann@example.com']

/** The packages that `ks bg` loads with these words. */
async function packagesOf(...args: string[]): Promise<string[]> {
  const { code, stderr } = await project().ks(['bg', ...args], {
    apart: true,
    env: { NODE_DEBUG: 'esm,module' },
  })
  expect(code).toBe(0)
  const names = [...stderr.matchAll(/\/node_modules\/((?:@[\w-]+\/)?[\w-]+)\//g)].map(
    ([, name]) => name as string,
  )
  return [...new Set(names)].filter(name => name !== '@kretes/background').sort()
}

// what is compiled once stays compiled, unless it has just been written
beforeAll(() => eventually(async () => !(await packagesOf(...schedule)).includes('esbuild'), 30_000), 40_000)

test.each([[schedule], [['show', '1']], [['list']], [['why', '1']], [['queues']]])(
  'ks bg %j loads a database client and little else',
  async args => {
    const packages = await packagesOf(...args)
    expect(packages).toEqual(expect.arrayContaining(['commander', 'pg']))
    expect(packages.filter(name => ![...NEEDED, ...OF_THEIRS].includes(name))).toEqual([])
  },
)

test('to show a job, the code of its task is loaded once, and not again', async () => {
  await project().write('tasks/Pay.ts', PAY)
  const { stdout } = await project().ks(['bg', 'schedule', 'Pay', '--json'])
  const { id } = JSON.parse(stdout) as { id: string }
  for (const show of [
    ['show', id],
    ['list', 'task:Pay'],
  ]) {
    await eventually(async () => !(await packagesOf(...show)).includes('esbuild'), 30_000)
    expect(await packagesOf(...show)).not.toContain('zod')
  }
}, 90_000)

test('what has changed is compiled', async () => {
  await project().write('settings.ts', 'export const concurrency = 0')
  const { code, stderr } = await project().ks(['bg', 'show', '1'])
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('background.concurrency'),
  })
})

test('of Zod, what is used is built in: import * as z, or all its languages come along', () => {
  const chunks = join(KS, '../../chunks')
  const texts = readdirSync(chunks).map(name => readFileSync(join(chunks, name), 'utf8'))
  const zod = texts.filter(text => text.includes('zod/v4/core/schemas.js'))
  expect(zod).not.toEqual([])
  for (const text of zod) expect(text).not.toContain('zod/v4/locales/de.js')
})
