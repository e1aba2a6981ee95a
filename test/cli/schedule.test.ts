import { expect, test } from 'vitest'
import { emptyDatabase, freshDatabase, useDatabase } from '../support/database.ts'
import { type CallOptions, jsonLines, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(
  { ...TASKS, 'tasks/Broken.ts': 'export default async () => {\n  const x = ;\n}\n' },
  () => ({
    DATABASE_URL: database().url,
  }),
)

const schedule = (args: readonly string[], options?: CallOptions) =>
  project().ks(['bg', 'schedule', ...args], options)

async function jobs() {
  return database().query(
    'select id::text, task, queue, state, attempt, payload, priority, max_attempts, tags from background.jobs order by id',
  )
}

async function jobOf(stdout: string) {
  const id = /#(\d+)/.exec(stdout)?.[1] ?? JSON.parse(stdout).id
  return (await jobs()).find(job => job.id === id)
}

test('writes the job that was asked for', async () => {
  const { code, stdout, stderr } = await schedule(['SendEmail', '{ "to": "ann@example.com" }'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^scheduled #\d+ SendEmail\n$/)
  expect(await jobOf(stdout)).toMatchObject({
    task: 'SendEmail',
    queue: null,
    state: 'available',
    payload: { to: 'ann@example.com' },
  })
})

test('takes every option of a job', async () => {
  const options = [
    '--queue',
    'mail',
    '--in',
    '1h',
    '--priority',
    '-5',
    '--attempts',
    '3',
    '--tag',
    'a',
    '--tag',
    'b',
    '--flag',
    'f',
  ]
  const key = ['--key', 'ann', '--key-mode', 'preserve_run_at']
  const { stdout } = await schedule(['SendEmail', ...options, ...key, '--json'])
  expect(JSON.parse(stdout)).toEqual({
    id: expect.stringMatching(/^\d+$/),
    ...{ task: 'SendEmail', queue: 'mail', runAt: null, in: 3_600_000 },
    ...{ priority: -5, maxAttempts: 3, key: 'ann', keyMode: 'preserve_run_at', tags: ['a', 'b'] },
    flags: ['f'],
  })
  expect(await jobOf(stdout)).toMatchObject({
    ...{ queue: 'mail', state: 'scheduled', priority: -5, max_attempts: 3, tags: ['a', 'b'], payload: {} },
  })
})

test('--at takes a time of day, and says it', async () => {
  const { stdout } = await schedule(['SendEmail', '--at', '2099-03-04T05:06'])
  expect(stdout).toMatch(/^scheduled #\d+ SendEmail, due 2099-03-04 05:06:00\n$/)
  expect(await jobOf(stdout)).toMatchObject({ state: 'scheduled' })
})

test('the payload may come from standard input, from a file, and in single properties', async () => {
  await project().write('payload.json', '\ufeff{ "to": "file@example.com", "copies": 1 }\n')
  const ways = await Promise.all([
    schedule(['SendEmail', '-', '--json'], { input: '{ "to": "stdin@example.com" }\n' }),
    schedule(['SendEmail', '-f', 'payload.json', '--set', 'copies:=2', '--json']),
    schedule(['SendEmail', '--set', 'to=a=b', '--set', 'list:=[1, "x"]', '--json']),
  ])
  const payloads = await Promise.all(ways.map(async ({ stdout }) => (await jobOf(stdout))?.payload))
  expect(payloads).toEqual([
    { to: 'stdin@example.com' },
    { to: 'file@example.com', copies: 2 },
    { to: 'a=b', list: [1, 'x'] },
  ])
})

test('--dry-run checks everything and writes nothing', async () => {
  const before = await jobs()
  const dry = await schedule(['SendReport', '--set', 'userId:=7', '--dry-run', '--json'])
  expect(JSON.parse(dry.stdout)).toMatchObject({
    dryRun: true,
    task: 'SendReport',
    queue: 'reports',
    payload: { userId: 7 },
  })
  const told = await schedule(['SendReport', '--set', 'userId:=7', '-n'])
  expect(told).toMatchObject({ code: 0, stdout: 'would schedule SendReport on reports with {"userId":7}\n' })
  expect(await schedule(['SendReport', '-n'])).toMatchObject({ code: 2 })
  expect(await jobs()).toEqual(before)
})

test('what a task file holds open does not hold the command up', async () => {
  await project().write('open/Holds.ts', 'setInterval(() => {}, 1_000)\nexport default async () => {}')
  expect(await schedule(['Holds', '--tasks', 'open', '-n'], { apart: true })).toMatchObject({
    code: 0,
    stderr: '',
  })
})

test('a task may be in a directory, and have another name than its file', async () => {
  await project().write('named/billing/ChargeCard.ts', 'export default async () => {}')
  await project().write(
    'named/Old.ts',
    "import { task } from '@kretes/background'\nexport default task({ name: 'New', run: async () => {} })",
  )
  const names = ['billing/ChargeCard', 'New', 'Old']
  const [charge, renamed, old] = await Promise.all(
    names.map(name => schedule([name, '--tasks', 'named', '-n'])),
  )
  expect(charge?.stdout).toBe('would schedule billing/ChargeCard with {}\n')
  expect(renamed?.stdout).toBe('would schedule New with {}\n')
  expect(old).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('known tasks: New, billing/ChargeCard'),
  })
})

interface Mistake {
  readonly args: readonly string[]
  readonly code?: number
  /** What must be said, in this order. */
  readonly says: readonly string[]
}

const MISTAKES: Record<string, Mistake> = {
  'an unknown task': {
    args: ['SendMail', '{}'],
    says: [
      'there is no task named SendMail; did you mean SendEmail?',
      'known tasks: SendEmail, SendReport, Wait',
    ],
  },
  'a task whose file is broken': {
    args: ['Broken'],
    code: 1,
    says: ['tasks/Broken.ts:2:13', 'const x = ;', 'the task Broken cannot be loaded', 'nothing was done'],
  },
  'JSON without its quotes': {
    args: ['SendEmail', '{to:ann}'],
    says: [
      'the payload is not JSON: a name in double quotes is expected here (column 2)',
      '> 1 | {to:ann}\n      |  ^',
      'the shell may have taken the quotes',
      '--set to=',
    ],
  },
  'a payload in several words': {
    args: ['SendEmail', '{to:', 'ann}'],
    says: ['the payload is 2 words: {to: ann}', 'single quotes'],
  },
  'a payload that the schema refuses': {
    args: ['SendReport', '{ "userId": "x", "pages": [{}], "more": 1 }'],
    says: [
      'the payload does not fit the schema of SendReport\n',
      'userId ',
      'expected number',
      'pages[0].title',
      'more',
      'nothing was done',
    ],
  },
  'an unknown flag': {
    args: ['SendEmail', '--quue', 'x'],
    says: ["unknown option '--quue'; did you mean --queue?", 'see: ks bg schedule --help'],
  },
  'two times': { args: ['SendEmail', '--in', '5m', '--at', '2099-01-01'], says: ['cannot be used with'] },
  'a queue without a name': { args: ['SendEmail', '--queue', ''], says: ['queue is ""'] },
  'a queue with too long a name': {
    args: ['SendEmail', '--queue', 'x'.repeat(129)],
    says: ['queue is text of 129 characters', '1 to 128 characters'],
  },
  'a key that is too long': {
    args: ['SendEmail', '--key', 'x'.repeat(513)],
    says: ['key is text of 513 characters', '1 to 512 characters'],
  },
  'an unknown mode': {
    args: ['SendEmail', '--key', 'k', '--key-mode', 'merge'],
    says: ['the mode of key is "merge"', 'replace, preserve_run_at, unsafe_dedupe'],
  },
  'a mode for nothing': { args: ['SendEmail', '--key-mode', 'replace'], says: ['add --key'] },
  'a flag without a name': { args: ['SendEmail', '--flag', ''], says: ['a flag is ""'] },
  'a priority out of range': { args: ['SendEmail', '--priority', '32768'], says: ['from -32768 to 32767'] },
  'no attempt at all': { args: ['SendEmail', '--attempts', '0'], says: ['from 1 to 32767'] },
  'NUL in the payload': {
    args: ['SendEmail', '{ "to": "a\\u0000b" }'],
    says: ['payload.to is a string with a NUL character'],
  },
  'a timeout for nothing': { args: ['SendEmail', '--timeout', '5s'], says: ['nobody waits'] },
  'no task at all': { args: [], says: ["missing required argument 'task'"] },
}

test.concurrent.each(Object.entries(MISTAKES))('%s: explained, and nothing written', async (_, mistake) => {
  const { args, code = 2, says } = mistake
  const before = await jobs()
  const ended = await schedule(args)
  expect(ended).toMatchObject({ code, stdout: '' })
  let told = ended.stderr
  for (const part of says) {
    expect(told).toContain(part)
    told = told.slice(told.indexOf(part) + part.length)
  }
  expect(ended.stderr).toContain('error:')
  expect(ended.stderr).not.toMatch(/^ +at /m)
  expect(await jobs()).toEqual(before)
})

test('--json tells errors on stdout, as an object', async () => {
  const refused = await schedule(['SendReport', '{ "userId": "x" }', '--json'])
  expect(refused).toMatchObject({ code: 2, stderr: '' })
  expect(JSON.parse(refused.stdout)).toEqual({
    error: {
      code: 'INVALID_PAYLOAD',
      message: expect.stringContaining('userId'),
      hint: expect.any(String),
      issues: [{ path: 'userId', message: expect.stringContaining('number') }],
    },
  })
  const misused = await schedule(['SendReport', '--json', '--nope'])
  expect(misused).toMatchObject({ code: 2, stderr: '' })
  expect(JSON.parse(misused.stdout)).toMatchObject({
    error: { code: 'USAGE', message: "unknown option '--nope'" },
  })
})

test('--verbose shows where an error comes from', async () => {
  const { stderr } = await schedule(['SendMail', '--verbose'])
  expect(stderr).toMatch(/UnknownTask: .*\n +at /)
})

test('a database that cannot be reached is named, without its password', async () => {
  const env = { DATABASE_URL: 'postgres://ann:secret@localhost:1/shop' }
  const { code, stderr, stdout } = await schedule(['SendEmail'], { env })
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
  expect(
    stderr,
  ).toBe(`error: cannot reach the database at localhost:1/shop: nothing is listening at localhost:1
  hint  start PostgreSQL, or correct host and port in DATABASE_URL
`)
})

test('in production a schema that is missing stays missing, and the error says what to run', async () => {
  const empty = await emptyDatabase()
  try {
    const env = { DATABASE_URL: empty.url, NODE_ENV: 'production' }
    const { code, stderr } = await schedule(['SendEmail'], { env })
    expect(code).toBe(4)
    expect(stderr).toMatch(/lacks 0001_jobs[\s\S]*npx ks bg migrate/)
    expect(await empty.query("select from pg_namespace where nspname = 'background'")).toEqual([])
  } finally {
    await empty.drop()
  }
})

test('--wait tells how the job ended, and the exit code does too', async () => {
  const worker = project().start(['bg'])
  await worker.says(/worker:ready/)
  const wait = ['--wait', '--timeout', '20s']
  const [done, failed] = await Promise.all([
    schedule(['SendReport', '--set', 'userId:=7', ...wait]),
    schedule(['SendReport', '--set', 'userId:=-7', '--attempts', '1', ...wait, '--json']),
  ])
  expect(done.code).toBe(0)
  expect(done.stdout).toMatch(
    /^scheduled #\d+ SendReport on reports\ncompleted in [\d.]+m?s after waiting [\d.]+m?s\n {2}result {2}"report of 7"\n$/,
  )
  expect(failed.code).toBe(1)
  expect(jsonLines(failed.stdout)).toEqual([
    {
      id: expect.stringMatching(/^\d+$/),
      ...{ task: 'SendReport', queue: 'reports', runAt: null, in: null },
      ...{ priority: 0, maxAttempts: 1, key: null, keyMode: null, tags: [], flags: [] },
      ...{ state: 'discarded', attempt: 1, ms: expect.any(Number), waited: expect.any(Number) },
      error: { name: 'RangeError', message: 'no user -7', stack: expect.stringContaining('report.ts:3') },
    },
  ])
})

test('--wait gives up after --timeout, and the job stays', async () => {
  const own = await freshDatabase()
  try {
    const env = { DATABASE_URL: own.url }
    const { code, stderr } = await schedule(['SendEmail', '--wait', '--timeout', '50ms'], { env })
    expect(code).toBe(124)
    expect(stderr).toMatch(
      /error: job \d+ is still available after 50 ms\n {2}hint {2}is a worker running\? .*ks bg/,
    )
    expect(await own.query('select state from background.jobs')).toEqual([{ state: 'available' }])
  } finally {
    await own.drop()
  }
})
