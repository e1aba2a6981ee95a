import { expect, test } from 'vitest'
import {
  diagnoseConnection,
  diagnoseSchema,
  diagnoseServer,
  diagnoseVersion,
} from '../../background/diagnosis.ts'
import type { ConnectionHealth, Finding, SchemaHealth, ServerHealth } from '../../background/health.ts'

const CONNECTION: ConnectionHealth = { roundTrip: 1, skew: 3, pooled: false, notified: 2 }
const SERVER: ServerHealth = {
  ...{ version: '18.4', user: 'app', recovering: false, connections: 5, maxConnections: 100, holders: [] },
}
const SCHEMA: SchemaHealth = {
  tables: [{ name: 'job', live: 10, dead: 1_000 }],
  migrations: ['0001_a', '0002_b'],
  forbidden: [],
  unknownTasks: [],
  workers: { alive: 2, lost: 0, quiet: 0 },
  pausedQueues: [],
}
const bad = (findings: readonly Finding[]) => findings.filter(({ status }) => status !== 'ok')

test('all is well', () => {
  const all = [...diagnoseConnection(CONNECTION), ...diagnoseServer(SERVER), ...diagnoseSchema(SCHEMA, 'app')]
  expect(bad(all)).toEqual([])
  expect(all.every(({ fix }) => fix === undefined)).toBe(true)
})

const CASES: [name: string, findings: readonly Finding[], told: Partial<Finding>][] = [
  ['a slow way', diagnoseConnection({ ...CONNECTION, roundTrip: 80 }), { check: 'connection' }],
  ['a deaf one', diagnoseConnection({ ...CONNECTION, notified: undefined }), { check: 'notify' }],
  [
    'a clock that is ahead',
    diagnoseConnection({ ...CONNECTION, skew: 9_000 }),
    { check: 'clock', text: 'this machine is 9s ahead of the database' },
  ],
  [
    'one that is behind',
    diagnoseConnection({ ...CONNECTION, skew: -9_000 }),
    { check: 'clock', text: 'this machine is 9s behind the database' },
  ],
  ['a standby', diagnoseServer({ ...SERVER, recovering: true }), { status: 'problem', check: 'server' }],
  ['an old server', diagnoseServer({ ...SERVER, version: '11.2' }), { status: 'problem', check: 'server' }],
  ['a full server', diagnoseServer({ ...SERVER, connections: 95 }), { status: 'warning', check: 'server' }],
  [
    'an open transaction',
    diagnoseServer({
      ...SERVER,
      holders: [{ kind: 'session', name: '42', what: 'a transaction', seconds: 600 }],
    }),
    { check: 'horizon', fix: 'end it: select pg_terminate_backend(42)' },
  ],
  [
    'dead rows',
    diagnoseSchema({ ...SCHEMA, tables: [{ name: 'job', live: 10, dead: 60_000 }] }, 'app'),
    { check: 'bloat', text: 'background.job has 60000 dead rows beside 10 living ones' },
  ],
  [
    'a user without rights',
    diagnoseSchema({ ...SCHEMA, forbidden: ['job'] }, 'app'),
    {
      check: 'rights',
      fix: 'a worker needs that: grant background_worker to app (ks bg migrate --roles makes that role)',
    },
  ],
  [
    'no worker',
    diagnoseSchema({ ...SCHEMA, workers: { alive: 0, lost: 0, quiet: 0 } }, 'app'),
    { check: 'workers', fix: 'start one: npx ks bg' },
  ],
  [
    'workers that rest',
    diagnoseSchema({ ...SCHEMA, workers: { alive: 2, lost: 0, quiet: 2 } }, 'app'),
    { check: 'workers', text: '2 alive, and none takes jobs: they were told not to' },
  ],
  [
    'lost workers',
    diagnoseSchema({ ...SCHEMA, workers: { alive: 1, lost: 2, quiet: 0 } }, 'app'),
    { check: 'workers', text: '2 dead or cut off, 1 alive' },
  ],
  [
    'a task that nobody knows',
    diagnoseSchema({ ...SCHEMA, unknownTasks: [{ task: 'Old', count: 3 }] }, 'app'),
    { check: 'tasks', text: '3 jobs wait for Old, which no worker knows' },
  ],
  [
    'a queue that was forgotten',
    diagnoseSchema({ ...SCHEMA, pausedQueues: [{ name: 'email', seconds: 7_200 }] }, 'app'),
    { check: 'queues', fix: 'ks bg queues resume email' },
  ],
]

test.each(CASES)('%s: said, with what to do', (_, findings, told) => {
  expect(bad(findings)).toEqual([expect.objectContaining({ fix: expect.any(String), ...told })])
})

test('a schema that lacks something of this version is a problem, one that has more is not', () => {
  expect(diagnoseVersion(SCHEMA, ['0001_a']).status).toBe('ok')
  expect(diagnoseVersion(SCHEMA, ['0001_a', '0002_b', '0003_c'])).toMatchObject({
    status: 'problem',
    text: expect.stringContaining('0003_c'),
  })
})

test('behind a pooler two things are different', () => {
  const findings = bad(diagnoseConnection({ ...CONNECTION, pooled: true, notified: undefined }))
  expect(findings.map(({ check }) => check)).toEqual(['pooler', 'notify'])
})
