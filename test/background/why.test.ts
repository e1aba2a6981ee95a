import { expect, test } from 'vitest'
import type { Circumstances } from '../../background/circumstances.ts'
import type { Job } from '../../background/job.ts'
import { reasonsFor } from '../../background/why.ts'

const NOW = Date.parse('2026-11-22T08:00:00Z')
const JOB: Job = {
  ...{
    id: '7',
    task: 'SendEmail',
    queue: undefined,
    state: 'available',
    priority: 0,
    attempt: 0,
    maxAttempts: 5,
  },
  ...{ runAt: new Date(NOW - 1_000), createdAt: new Date(NOW - 1_000), crashes: 0, key: undefined, tags: [] },
  ...{ payload: {}, worker: undefined, claimedAt: undefined, cancelling: false, finishedAt: undefined },
  ...{ expiresAt: undefined, ms: undefined, result: undefined, error: undefined },
} as unknown as Job
const FREE: Circumstances = {
  now: NOW,
  waits: true,
  workers: { alive: 1, knowing: 1, working: 1, slots: 10, taken: 0, running: [] },
  ahead: { count: 0, capped: false, ids: [] },
  queue: null,
  holder: null,
}
const QUEUE = { concurrency: 1, taken: 0, pausedAt: null, pausedBy: null, pausedReason: null, running: [] }
const HOLDER = {
  id: '1',
  name: 'web-1',
  host: 'h',
  pid: 9,
  since: NOW - 12_000,
  leaseUntil: NOW + 6_000,
  others: 1,
}

const reasons = (circumstances: Partial<Circumstances>, job: Partial<Job> = {}) =>
  reasonsFor({ ...JOB, ...job }, { ...FREE, ...circumstances })
const told = (...args: Parameters<typeof reasons>) =>
  reasons(...args).map(({ code, text }) => `${code}: ${text}`)

test('nothing in its way', () => {
  expect(told({})).toEqual(['about-to-run: nothing is in its way'])
})

test('due later, for the first time and after a failure', () => {
  const runAt = new Date(NOW + 11_000)
  expect(told({}, { runAt })).toEqual(['due-later: waits for its time, due in 11s'])
  const error = { name: 'TypeError', message: 'no locale\nat all' }
  expect(reasons({}, { runAt, attempt: 1, error })[0]).toMatchObject({
    text: 'waits for attempt 2 of 5, due in 11s, after TypeError: no locale',
    at: runAt,
  })
})

test('no worker, or none for this task, or only quiet ones', () => {
  const workers = (alive: number, knowing: number) => ({
    workers: { alive, knowing, working: 0, slots: 0, taken: 0, running: [] },
  })
  expect(told(workers(0, 0))).toEqual(['no-worker: waits for a worker: none is running'])
  expect(told(workers(2, 0))).toEqual([
    'unknown-task: waits for a worker with its task: none of 2 workers knows SendEmail',
  ])
  expect(told(workers(2, 2))).toEqual([
    'workers-quiet: waits for a worker that takes jobs: all 2 with its task were told not to',
  ])
})

test('a queue that is paused, by whom and why', () => {
  const paused = { ...QUEUE, pausedAt: NOW - 600_000, pausedBy: 'ann', pausedReason: 'provider down' }
  expect(reasons({ queue: paused }, { queue: 'email' })[0]).toMatchObject({
    code: 'queue-paused',
    text: 'waits because queue email was paused 10m ago by ann: provider down',
    next: 'ks bg queues resume email',
  })
})

test('a queue at work, and the jobs ahead', () => {
  const running = [{ id: '5', task: 'SendReport', worker: 'web-1', since: NOW - 12_000 }]
  const queue = { ...QUEUE, taken: 1, running }
  const ahead = { count: 3, capped: false, ids: ['6'] }
  expect(reasons({ queue, ahead }, { queue: 'email' })).toMatchObject([
    {
      code: 'queue-busy',
      text: 'waits because queue email runs one job at a time and one runs: #5 SendReport on web-1 for 12s',
      jobs: ['5'],
    },
    { code: 'behind-others', text: 'waits behind 3 in queue email: next is #6', jobs: ['6'] },
  ])
})

test('what will hold a job that is due later is told after that', () => {
  const runAt = new Date(NOW + 11_000)
  const workers = { alive: 0, knowing: 0, working: 0, slots: 0, taken: 0, running: [] }
  expect(reasons({ workers }, { runAt }).map(({ code }) => code)).toEqual(['due-later', 'no-worker'])
})

test('workers without a free slot', () => {
  const running = [{ id: '5', task: 'SendReport', worker: 'web-1', since: NOW - 12_000 }]
  const workers = { alive: 1, knowing: 1, working: 1, slots: 10, taken: 10, running }
  const ahead = { count: 1_000, capped: true, ids: ['1'] }
  expect(reasons({ workers, ahead })[0]).toMatchObject({
    code: 'workers-busy',
    text: 'waits for a free slot: workers with its task have 10 jobs in 10 slots, and 1000 or more come first: #5 SendReport on web-1 for 12s',
    jobs: ['1', '5'],
  })
})

test('a job that has killed workers waits for its trial', () => {
  expect(told({}, { crashes: 3 })[0]).toMatch(/^on-trial: .* 3 workers died/)
})

test('a worker has it; it is told to stop; the worker is gone', () => {
  expect(reasons({ waits: false, holder: HOLDER })[0]).toMatchObject({
    code: 'running',
    text: 'is taken: attempt 1 of 5 on web-1 (process 9 on h) for 12s',
    next: 'if that worker dies, its lease ends within 6s, and another takes over within 2s',
  })
  expect(reasons({ waits: false, holder: HOLDER }, { cancelling: true })[0]?.code).toBe('cancelling')
  const lost = { ...HOLDER, leaseUntil: NOW - 2_000 }
  expect(reasons({ waits: false, holder: lost })[0]).toMatchObject({
    code: 'worker-lost',
    text: expect.stringContaining('whose lease ended 2s ago'),
    next: expect.stringContaining('another worker rescues it within 2s'),
  })
  expect(reasons({ waits: false, holder: { ...lost, others: 0 } })[0]?.next).toContain('npx ks bg')
})

test('it is neither waiting nor held, or it has finished', () => {
  expect(reasons({ waits: false })[0]?.code).toBe('being-changed')
  const done = {
    ...JOB,
    state: 'discarded' as const,
    attempt: 5,
    finishedAt: new Date(NOW),
    error: { message: 'no' },
  }
  expect(reasonsFor(done, undefined)[0]).toMatchObject({
    code: 'finished',
    text: 'has finished: discarded at attempt 5: no',
    next: 'to run it again: ks bg retry 7',
  })
})
