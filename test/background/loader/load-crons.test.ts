import { mkdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type BackgroundConfigInput, backgroundConfig } from '../../../background/config.ts'
import { loadCrons } from '../../../background/loader/load-crons.ts'
import { createRegistry } from '../../../background/registry.ts'
import { type AnyTask, task } from '../../../background/task.ts'
import { appOf } from '../../support/app-files.ts'

const run = async () => {}
const Report = task({ queue: 'reports', run })

/** The entries of an app with this crontab, this configuration and these tasks. */
async function load(
  crontab: string | undefined,
  config: BackgroundConfigInput = {},
  tasks: Record<string, AnyTask> = { Report },
) {
  const app = await appOf(crontab === undefined ? {} : { crontab })
  return loadCrons({
    root: app.root,
    config: backgroundConfig.parse(config),
    registry: createRegistry(tasks),
  })
}

const coded = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) })

test('entries come from the crontab, the configuration and the tasks', async () => {
  const Ping = task({ cron: ['@hourly', { name: 'Ping often', expression: '* * * * *' }], run })
  const cron = [{ task: 'Report', name: 'weekly', expression: '@weekly', queue: 'slow' }]
  const { entries, problems } = await load('@daily Report\n', { cron }, { Report, Ping })
  expect(entries.map(({ name, task, source, queue }) => ({ name, task, source, queue }))).toEqual([
    { name: 'Report', task: 'Report', source: 'crontab', queue: 'reports' },
    { name: 'weekly', task: 'Report', source: 'config', queue: 'slow' },
    { name: 'Ping', task: 'Ping', source: 'task', queue: undefined },
    { name: 'Ping often', task: 'Ping', source: 'task', queue: undefined },
  ])
  expect(problems).toEqual([])
})

test('a crontab need not be there, unless the configuration names it', async () => {
  expect(await load(undefined)).toEqual({ entries: [], problems: [] })
  await expect(load('@daily Report', { crontab: 'config/crons' })).rejects.toEqual(
    coded('CRONTAB_UNREADABLE', 'the crontab config/crons cannot be read'),
  )
})

test('the configuration may name another file', async () => {
  const app = await appOf({ 'config/crons': '@daily Report', crontab: '@nonsense' })
  const config = backgroundConfig.parse({ crontab: 'config/crons' })
  const { entries } = await loadCrons({ root: app.root, config, registry: createRegistry({ Report }) })
  expect(entries).toHaveLength(1)
})

test('a crontab that cannot be read is an error', async () => {
  const app = await appOf({})
  await mkdir(app.path('crontab'))
  const config = backgroundConfig.parse({})
  await expect(loadCrons({ root: app.root, config, registry: createRegistry({}) })).rejects.toEqual(
    coded('CRONTAB_UNREADABLE', 'EISDIR'),
  )
})

test('what is wrong in the crontab is told with its file and line', async () => {
  await expect(load('@daily Report\n@dayly Report ?id=x')).rejects.toEqual(
    coded('INVALID_CRONTAB', 'crontab:2:1 @dayly is no nickname'),
  )
})

test('what is wrong in the configuration is told with its place', () => {
  const cron = [
    { task: 'A', expression: '@daily' },
    { task: 'A', expression: '0 25 * * *' },
  ]
  const { error } = backgroundConfig.safeParse({ cron })
  expect(error?.issues).toEqual([
    expect.objectContaining({
      path: ['cron', 1],
      message: expect.stringMatching(/^expression is wrong at character 3: 25 is no hour; allowed: 0 to 23/),
    }),
  ])
  expect(backgroundConfig.safeParse({ cron: [{ task: 'A', expression: '@daily', tz: 'UTC' }] }).success).toBe(
    false,
  )
})

test('one name for two entries is refused, wherever they come from', async () => {
  const Ping = task({ cron: ['@hourly', '@daily'], run })
  const cron = [{ task: 'Ping', name: 'a', expression: '@weekly' }]
  await expect(load('@daily Report ?id=a\n', { cron }, { Report, Ping })).rejects.toEqual(
    coded(
      'DUPLICATE_CRON',
      'the cron entry a is defined by crontab:1 and background.cron[0] in the configuration; ' +
        'the cron entry Ping is defined by the task Ping and the task Ping',
    ),
  )
})

test('a payload that the task would refuse is refused at once', async () => {
  const payload = z.object({ kind: z.string() })
  const tasks = { Report: task({ payload, run }) }
  await expect(load('\n@daily Report', {}, tasks)).rejects.toEqual(
    coded(
      'INVALID_CRON',
      'the cron entry Report, defined by crontab:2: the payload does not fit the schema of Report',
    ),
  )
  const { entries } = await load('@daily Report { kind: "x" }', {}, tasks)
  expect(entries).toMatchObject([{ payload: '{"kind":"x"}' }])
})

test('a payload is as large as the configuration allows', async () => {
  const text = `@daily Report { text: "${'x'.repeat(200)}" }`
  await expect(load(text, { payloadLimit: 100 })).rejects.toEqual(coded('INVALID_CRON', 'the limit is 100'))
  expect((await load(text)).entries).toHaveLength(1)
})

test('a task that this worker does not know is a warning: another may', async () => {
  const { entries, problems } = await load('@daily Reprot\n@daily Elsewhere', {})
  expect(entries).toHaveLength(2)
  expect(problems).toEqual([
    {
      severity: 'warning',
      file: 'crontab:1',
      message: 'the cron entry Reprot is for Reprot, a task that this worker does not know',
      hint: 'did you mean Report?',
    },
    expect.objectContaining({ file: 'crontab:2', hint: expect.stringContaining('tasks/Elsewhere.ts') }),
  ])
})
