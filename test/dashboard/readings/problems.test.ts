import { expect, test } from 'vitest'
import { cronEntry } from '../../../background/cron.ts'
import { diagnoseSchema, diagnoseServer, diagnoseVersion } from '../../../background/diagnosis.ts'
import type { SchemaHealth, ServerHealth } from '../../../background/health.ts'
import type { CronInfo, Overview, QueueInfo } from '../../../background/operator.ts'
import { type Problem, problemsIn } from '../../../dashboard/readings/problems.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'
import { asking } from '../stage.ts'

const engine = useEngine()
const clients = useClients(engine)

const AT = new Date('2026-11-22T08:00:00Z')
const ago = (minutes: number) => new Date(AT.getTime() - minutes * 60_000)
const MINUTE_MS = 60_000

const OVERVIEW: Overview = {
  at: AT,
  states: {
    ...{ scheduled: 0, available: 3, running: 0, retryable: 0, completed: 0, cancelled: 0, discarded: 0 },
  },
  more: { unfinished: false, completed: false },
  waited: undefined,
  workers: { alive: 2, lost: 0, slots: 20, taken: 0 },
  totals: { scheduled: 0, finished: 0 },
}
const CALM: Parameters<typeof problemsIn>[0] = {
  ...{ overview: OVERVIEW, findings: [], queues: [], tasks: [], crons: [], latencyTarget: MINUTE_MS },
}
const SERVER: ServerHealth = {
  ...{ version: '18.4', user: 'app', recovering: false, connections: 5, maxConnections: 100, holders: [] },
}
const SCHEMA: SchemaHealth = {
  ...{ tables: [], migrations: ['0001_a'], forbidden: [], unknownTasks: [], pausedQueues: [] },
  workers: { alive: 2, lost: 0, quiet: 0 },
}
const found = (more: Partial<SchemaHealth>) => ({
  findings: diagnoseSchema({ ...SCHEMA, ...more }, 'app'),
})
const queue = (more: Partial<QueueInfo>): QueueInfo => ({
  ...{ name: 'a/b', concurrency: 1, available: 1, running: 0, waited: 2 * MINUTE_MS, paused: undefined },
  ...more,
})
const cron = (more: Partial<CronInfo>): CronInfo => ({
  ...cronEntry({ task: 'A', name: 'a/b', expression: '0 * * * *' }, 'dynamic'),
  ...{ knownSince: ago(600), pausedAt: undefined, resumedAt: undefined, lastTick: ago(180), recentJobs: [] },
  ...more,
})
const task = (completed: number, discarded: number) => ({
  ...{ task: 'a/B', completed, cancelled: 0, discarded, p50: 1, p95: 1, p99: 1 },
})
const nobody = { ...OVERVIEW, workers: { alive: 0, lost: 0, slots: 0, taken: 0 } }
const late = (minutes: number) => ({ ...OVERVIEW, waited: minutes * MINUTE_MS })

/** What there is, and what is said of it. */
const CASES: Readonly<Record<string, [given: Partial<typeof CALM>, told: Partial<Problem>]>> = {
  'jobs that wait without a worker': [
    { overview: nobody, ...found({ workers: { alive: 0, lost: 0, quiet: 0 } }) },
    { severity: 'problem', about: 'workers', fix: 'start one: npx ks bg', href: 'workers' },
  ],
  'a queue whose jobs no worker takes': [
    { queues: [queue({})] },
    { severity: 'problem', about: 'queue', text: expect.stringMatching(/a\/b.* 2m$/), href: 'queues/a%2Fb' },
  ],
  'latency over its target': [
    { overview: late(3) },
    {
      severity: 'warning',
      about: 'latency',
      text: expect.stringContaining('due for 3m'),
      href: 'jobs?state=available',
    },
  ],
  'latency of a queue over its target': [
    { queues: [queue({ running: 1 })] },
    {
      severity: 'warning',
      about: 'latency',
      text: expect.stringMatching(/a\/b.* 2m$/),
      href: 'queues/a%2Fb',
    },
  ],
  'a task that fails': [
    { tasks: [task(4, 1)] },
    { severity: 'problem', about: 'task', text: '20% of the last 5 jobs of a/B were discarded' },
  ],
  'a queue that was paused and forgotten': [
    found({ pausedQueues: [{ name: 'email', seconds: 7_200 }] }),
    { severity: 'warning', about: 'queues', fix: 'ks bg queues resume email', href: 'queues' },
  ],
  'a task that no worker knows': [
    found({ unknownTasks: [{ task: 'Gone', count: 3 }] }),
    { severity: 'warning', about: 'tasks', text: expect.stringContaining('Gone'), href: 'tasks' },
  ],
  'a cron entry that was not scheduled': [
    { crons: [cron({})] },
    { severity: 'warning', about: 'cron', text: 'a/b should have been scheduled 2h ago', href: 'cron/a%2Fb' },
  ],
  'a schema that is outdated': [
    { findings: [diagnoseVersion(SCHEMA, ['0001_a', '0002_b'])] },
    { severity: 'problem', about: 'schema', fix: 'run: npx ks bg migrate' },
  ],
  'a transaction that holds vacuum': [
    {
      findings: diagnoseServer({
        ...SERVER,
        holders: [{ kind: 'session', name: '42', what: 'a transaction of app', seconds: 900 }],
      }),
    },
    {
      ...{ severity: 'warning', about: 'horizon', fix: 'end it: select pg_terminate_backend(42)' },
      text: expect.stringContaining('a transaction of app has been open for 15m'),
    },
  ],
}

test.each(Object.keys(CASES))('%s', name => {
  const [given, told] = CASES[name] as (typeof CASES)[string]
  expect(problemsIn({ ...CALM, ...given })).toMatchObject([told])
})

test.each<[string, Partial<typeof CALM>]>([
  ['all is well', { ...found({}), queues: [queue({ waited: 100 })], tasks: [task(5, 0)] }],
  ['the target is higher', { overview: late(3), queues: [queue({})], latencyTarget: 5 * MINUTE_MS }],
  ['a queue is paused for good reason', { queues: [queue({ paused: { at: ago(5) } as never })] }],
  ['too few jobs have ended to tell', { tasks: [task(0, 4)] }],
  ['an entry is paused', { crons: [cron({ pausedAt: ago(170) })] }],
  ['it was paused while its ticks passed', { crons: [cron({ resumedAt: ago(30) })] }],
  ['its last tick was the last', { crons: [cron({ lastTick: ago(60) })] }],
])('nothing is said when %s', (_, given) => {
  expect(problemsIn({ ...CALM, ...given })).toEqual([])
})

test('what is wrong is on the overview, the worst first, and leads to a page', async () => {
  const client = clients.open()
  const worker = await engine().worker()
  await engine().enqueue({}, {}, {}, {}, {})
  await engine().fail(worker, await engine().claim(worker), { again: null, error: '{"message":"no"}' })
  await engine().enqueue({ task: 'Gone' }, { queue: 'a/b' }, { queue: 'p' })
  await client.queues.pause('p')
  await client.crons.add({ task: 'A', name: 'a/b', expression: '* * * * *' })
  for (const table of ['job', 'ready', 'member'])
    await engine().query(`update background.${table} set run_at = run_at - interval '5 minutes'`)
  await engine().query(`update background.queue set paused_at = now() - interval '2 hours'`)
  await engine().query(`update background.cron set known_since = now() - interval '1 hour'`)
  const rename = `update background.migration set name = $2 where name = $1`
  const last = await engine().value('select max(name) from background.migration')
  await engine().query(rename, [last, 'none of ours'])
  try {
    const { get } = asking({ background: client })
    const { problems } = (await (await get('/api/overview')).json()) as { problems: Problem[] }
    expect(problems.map(({ about }) => about)).toEqual([
      ...['schema', 'task', 'queue', 'tasks', 'queues', 'latency', 'cron'],
    ])
    const page = await (await get('/')).text()
    for (const { href } of problems.filter(({ href }) => href !== undefined)) {
      expect(page).toContain(`href="${href?.replaceAll('&', '&amp;')}"`)
      expect((await get(`/${href}`)).status, href).toBe(200)
    }
  } finally {
    await engine().query(rename, ['none of ours', last])
    await engine().query('delete from background.cron')
  }
})
