import { afterEach, describe, expect, test } from 'vitest'
import { type CronOptions, type JobOptions, run } from '../../background/index.ts'
import type { TaskName } from '../../background/tasks.ts'
import { useProject } from '../cli/ks.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'

/** What somebody asks for; the payload is JSON text. */
interface Asked {
  readonly task?: string
  readonly payload?: string
  readonly queue?: string
  readonly key?: string
  readonly mode?: string
  readonly priority?: number
  readonly attempts?: number
  readonly flags?: readonly string[]
  readonly at?: string
}

const engine = useEngine()
const clients = useClients(engine)
const project = useProject({ 'tasks/A.ts': 'export default async () => {}' }, () => ({
  DATABASE_URL: engine().url,
}))

const long = (length: number) => 'x'.repeat(length)
const flags = Array.from({ length: 17 }, (_, n) => `f${n}`)

/** Every limit, and a little beyond it. */
const BEYOND: readonly (readonly [what: string, asked: Asked, told: RegExp])[] = [
  ['a task without a name', { task: '' }, /identifier|task/],
  ['a task with a name of 129 characters', { task: long(129) }, /identifier|task/],
  ['a task with a line break in its name', { task: 'A\nB' }, /identifier|task/],
  ['a queue without a name', { queue: '' }, /queue/],
  ['a queue with a name of 129 characters', { queue: long(129) }, /queue/],
  ['a queue with a control character in its name', { queue: 'a\u0007' }, /queue/],
  ['an empty key', { key: '' }, /key/],
  ['a key of 513 characters', { key: long(513) }, /key/],
  ['a key with a tabulator', { key: 'a\tb' }, /key/],
  ['a mode that there is not', { key: 'k', mode: 'merge' }, /mode/],
  ['a payload of more than 1 MiB', { payload: JSON.stringify(long(1_048_575)) }, /1048577 bytes.*1048576/],
  ['a payload with NUL', { payload: '{"a":"\\u0000"}' }, /NUL|\\u0000|U\+0000/i],
  ['a payload with half a surrogate pair', { payload: '["\\ud83d"]' }, /surrogate/],
  ['a payload that is no JSON', { payload: '{oops' }, /json/i],
  ['a priority above 32767', { priority: 32_768 }, /priority.*32768/],
  ['a priority below -32768', { priority: -32_769 }, /priority.*-32769/],
  ['no attempt at all', { attempts: 0 }, /attempts.*0/i],
  ['more than 32767 attempts', { attempts: 32_768 }, /attempts.*32768/i],
  ['a flag of 65 characters', { flags: [long(65)] }, /flag/],
  ['an empty flag', { flags: [''] }, /flag/],
  ['17 flags', { flags }, /flags/],
  ['a time that never comes', { at: 'infinity' }, /run_at|runAt|infinity/],
  ['NUL in the name of a queue', { queue: 'a\0b' }, /queue|0x00/],
  ['NUL in a key', { key: 'a\0b' }, /key|0x00/],
]

/** What PostgreSQL refuses before our functions see it: no JSON, and NUL. */
const ITS_OWN = ['22P02', '22021']

async function bySql({ task = 'A', payload, queue, key, mode, priority, attempts, flags, at }: Asked) {
  const values = [task, payload, queue, at, attempts, key, priority, flags, mode ?? 'replace']
  const call = 'select background.add_job($1, $2, $3, $4, $5, $6, $7, $8, $9)'
  await engine().query(call, values)
}

async function byTypeScript({ task = 'A', payload, queue, key, mode, priority, attempts, flags, at }: Asked) {
  const options: JobOptions & { payload?: unknown } = {
    ...{ payload: payload === undefined ? undefined : parsed(payload), queue, priority, flags },
    ...{ maxAttempts: attempts, runAt: at === undefined ? undefined : new Date(at) },
    key: key === undefined ? undefined : ({ name: key, mode } as JobOptions['key']),
  }
  await clients.open().schedule({ task: task as TaskName, ...options } as never)
}

/** What is no JSON as text is in TypeScript what JSON cannot carry. */
function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return () => {}
  }
}

function argumentsFor({ task = 'A', payload, queue, key, mode, priority, attempts, flags, at }: Asked) {
  const options = { queue, key, 'key-mode': mode, priority, attempts, at }
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return [
    ...(payload === undefined ? [task] : [task, payload]),
    ...given.map(([name, value]) => `--${name}=${value}`),
    ...(flags ?? []).map(flag => `--flag=${flag}`),
  ]
}

afterEach(async () => {
  const tables = ['job', 'ready', 'member', 'deferred', 'job_key', 'lane', 'queue', 'finished', 'cron']
  const counts = tables.map(table => `(select count(*) from background.${table})`)
  expect(await engine().value(`select (${counts.join(' + ')})::int`)).toBe(0)
})

describe.each(BEYOND)('%s: an error that says so, and nothing is written', (_, asked, told) => {
  test('from SQL', async () => {
    const error = await bySql(asked).catch(error => error)
    if (!ITS_OWN.includes(error.code))
      expect(error).toMatchObject({ code: 'KB001', hint: expect.any(String) })
    expect(error.message).toMatch(told)
    const spec = `array[row('A', null, null, null, null, null, null, null), row($1, $2, $3, $4, $5, $6, $7, $8)]`
    const { task = 'A', payload, queue, at, attempts, key, priority, flags, mode } = asked
    const many = `select background.add_jobs(${spec}::background.job_spec[])`
    const types = 'text, json, text, timestamptz, int, text, int, text[]'.split(', ')
    const typed = many.replace(/\$(\d)/g, (value, n) => `${value}::${types[Number(n) - 1]}`)
    const values = [task, payload, queue, at, attempts, key, priority, flags]
    if (mode === undefined)
      await expect(engine().query(typed, values)).rejects.toMatchObject({ code: error.code })
  })

  test('from TypeScript', async () => {
    const error = await byTypeScript(asked).catch(error => error)
    expect(error.message).toMatch(told)
    expect(error).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), hint: expect.any(String) })
  })

  test('from the command line', async () => {
    const { code, stdout, stderr } = await project().ks(['bg', 'schedule', ...argumentsFor(asked)])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: [\s\S]+\n +hint {2}\S.+\n$/)
    expect(stderr).toMatch(told)
  })
})

/** The same for entries of cron that are added while workers run; `told` has the place in the expression. */
const WRONG_ENTRIES: readonly (readonly [what: string, entry: Partial<CronOptions>, told: RegExp])[] = [
  ['an hour that there is not', { expression: '0 24 * * *' }, /at character 3: 24 is no hour/],
  ['a field too few', { expression: '0 8 * *' }, /the expression has 4 fields/],
  ['a date that never comes', { expression: '0 0 30 FEB *' }, /no month that is given has a day 30/],
  ['a time zone that there is not', { timeZone: 'Europe/Warszawa' }, /Europe\/Warszawa.*no time zone/],
  ['a name of 129 characters', { name: long(129) }, /name is text of 129 characters/],
  ['a key mode without a key', { keyMode: 'replace' }, /a key mode is given without a key/],
  ['a cap for ticks that are skipped', { cap: 3 }, /cap is given, but/],
  ['more attempts than there can be', { maxAttempts: 32_768 }, /attempts.*32768/i],
]

describe.each(WRONG_ENTRIES)(
  'a cron entry with %s: an error that says so, and nothing is written',
  (_, wrong, told) => {
    test('from TypeScript', async () => {
      const adding = clients.open().crons.add({ task: 'A', expression: '@daily', ...wrong })
      await expect(adding).rejects.toMatchObject({
        ...{ code: 'INVALID_OPTION', message: expect.stringMatching(told), hint: expect.any(String) },
      })
    })

    test('from the command line', async () => {
      const { expression = '@daily', timeZone, name, keyMode, cap, maxAttempts } = wrong
      const options = { tz: timeZone, name, 'key-mode': keyMode, cap, attempts: maxAttempts }
      const given = Object.entries(options).filter(([, value]) => value !== undefined)
      const flags = given.map(([flag, value]) => `--${flag}=${value}`)
      const { code, stdout, stderr } = await project().ks(['bg', 'cron', 'add', 'A', expression, ...flags])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^error: [\s\S]+\n +hint {2}\S.+\n$/)
      expect(stderr).toMatch(told)
    })
  },
)

test('a crontab that means nothing: file, line and column, and no entry is written', async () => {
  await project().write('crontab', '* * * * * A\n0 61 * * * A ?max=3\n* * * * * A ?max=many\n')
  const { code, stderr } = await project().ks(['bg', 'start', '--once'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/crontab:2:\d+ .*61/)
  expect(stderr).toMatch(/crontab:3:\d+ .*max/)
  const running = run({ url: engine().url, tasks: { A: () => {} }, crontab: project().path('crontab') })
  await expect(running).rejects.toMatchObject({
    code: 'INVALID_CRONTAB',
    message: expect.stringMatching(/2:\d+/),
  })
})
