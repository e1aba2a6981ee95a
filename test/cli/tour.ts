import { expect } from 'vitest'

/** A command as a newcomer types it, one after the other in a project with {@link TOUR_ROWS}. */
export interface Stop {
  /** Behind `ks`. */
  readonly args: readonly string[]
  /** What the first line in a terminal says. */
  readonly says: RegExp
  /** What `--json` writes, whole: each line of it. */
  readonly json?: unknown
  /** The exit code. Default: 0. */
  readonly code?: number
}

const [TEXT, NUMBER] = [expect.any(String), expect.any(Number)]
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const ID = expect.stringMatching(/^\d+$/)
const ANY_JOBS = expect.any(Array)

const JOB = {
  ...{
    id: ID,
    task: 'SendEmail',
    queue: null,
    state: 'scheduled',
    priority: 0,
    runAt: TIME,
    createdAt: TIME,
  },
  ...{
    attempt: 0,
    maxAttempts: 25,
    crashes: 0,
    key: null,
    tags: [],
    flags: [],
    payload: { to: 'ann@example.com' },
  },
  ...{ worker: null, claimedAt: null, cancelling: false, finishedAt: null, expiresAt: null, ms: null },
  ...{ result: null, error: null },
}
const DONE_JOB = {
  ...JOB,
  ...{ id: '1', state: 'completed', attempt: 1, crashes: null, finishedAt: TIME, expiresAt: TIME, ms: 212 },
  result: { sent: true },
}
const QUEUE = { name: 'email', concurrency: 1, available: 0, running: 0, waited: null, paused: null }
const CRON = {
  ...{
    name: 'Nightly',
    task: 'SendEmail',
    expression: '@daily',
    timeZone: 'UTC',
    payload: { to: 'ann@example.com' },
  },
  ...{
    queue: null,
    priority: 0,
    maxAttempts: 25,
    key: null,
    keyMode: TEXT,
    tags: [],
    missed: 'skip',
    fill: null,
  },
  ...{ cap: NUMBER, source: 'dynamic', knownSince: TIME, pausedAt: null, resumedAt: null },
  ...{ lastTick: null, next: TIME },
  recentJobs: [],
}
const SCHEMA = { schema: 'background', applied: ANY_JOBS, pending: [], unknown: [], breaking: [] }
const STATES = {
  ...{ scheduled: NUMBER, available: NUMBER, running: NUMBER, retryable: NUMBER },
  ...{ completed: NUMBER, cancelled: NUMBER, discarded: NUMBER },
}
const OVERVIEW = {
  ...{ at: TIME, states: STATES, more: { unfinished: false, completed: false }, waited: null },
  workers: { alive: 1, lost: 0, slots: NUMBER, taken: 0 },
  totals: { scheduled: NUMBER, finished: NUMBER },
}
const TASK = {
  ...{ name: 'SendEmail', file: 'tasks/SendEmail.ts', queue: null, maxAttempts: 25, priority: 0 },
  ...{ timeout: null, retention: null, tags: [], cron: [], hasSchema: false, payload: null },
}
const SCHEDULED = {
  ...{ id: ID, task: 'SendEmail', queue: null, runAt: null, in: 3_600_000, priority: 0, maxAttempts: 25 },
  ...{ key: null, keyMode: null, tags: [], flags: [] },
}
const ONE_WORKER = { workers: [{ id: '11', name: 'web-1' }] }
const bulk = (verb: string) => ({ verb, dryRun: false, done: 1, told: 0, interrupted: false, refused: [] })
const PAYLOAD = ['--set', 'to=ann@example.com']

/** A job that has finished, five that are due later, and a worker that lives for an hour. */
export const TOUR_ROWS = `
insert into background.finished (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, max_attempts, state, task, payload, result, logs)
  values (1, now(), now() + interval '7 days', now(), now(), 212, 0, 1, 25, 1, 'SendEmail', '{"to":"ann@example.com"}', '{"sent":true}',
    '[{"attempt":1,"dropped":0,"lines":[{"at":"2026-11-22T08:30:00.000Z","level":"info","message":"sending to ann@example.com"}]}]');
insert into background.job (id, task, run_at, payload)
  select id, 'SendEmail', now() + interval '1 hour', '{"to":"ann@example.com"}' from generate_series(2, 6) id;
insert into background.deferred (run_at, id) select run_at, id from background.job;
select setval('background.job_id_seq', 100);
insert into background.worker (id, lease_until, name, host, pid, version, concurrency, tasks)
  values (11, now() + interval '1 hour', 'web-1', 'h', 9, '0.1.0', 10, '{SendEmail,SendReport}');`

/** Every command that ends by itself; a test holds this against the tree of commands. */
export const TOUR: readonly Stop[] = [
  { args: ['bg', 'migrate'], says: /is up to date/, json: { ...SCHEMA, migrated: [] } },
  {
    args: ['bg', 'schedule', 'SendEmail', ...PAYLOAD, '--in', '1h'],
    says: /^scheduled #\d+ SendEmail/,
    json: SCHEDULED,
  },
  { args: ['bg', 'list', 'id:1'], says: /^ *id +state +task/, json: { jobs: [DONE_JOB], cursor: null } },
  { args: ['bg', 'show', '1'], says: /^#1 SendEmail {2}completed/, json: DONE_JOB },
  {
    args: ['bg', 'logs', '1'],
    says: /^attempt 1, from 2026-11-22/,
    json: {
      ...{ id: '1', state: 'completed' },
      attempts: [
        {
          ...{ attempt: 1, dropped: 0 },
          lines: [{ at: TIME, level: 'info', message: 'sending to ann@example.com', fields: null }],
        },
      ],
    },
  },
  {
    args: ['bg', 'why', '2'],
    says: /^#2 SendEmail waits for its time, due in/,
    json: {
      ...{ id: '2', task: 'SendEmail', state: 'scheduled' },
      reasons: [{ code: 'due-later', text: TEXT, next: TEXT, at: TIME, jobs: [] }],
    },
  },
  {
    args: ['bg', 'wait', '1'],
    says: /^#1 completed in 212ms/,
    json: {
      ...{ id: '1', state: 'completed', attempt: 1, ms: 212, waited: NUMBER },
      ...{ result: { sent: true }, error: null },
    },
  },
  {
    args: ['bg', 'stats'],
    says: /^state +jobs/,
    json: {
      ...OVERVIEW,
      tasks: [{ task: 'SendEmail', completed: 1, cancelled: 0, discarded: 0, p50: 212, p95: 212, p99: 212 }],
    },
  },
  {
    args: ['bg', 'check'],
    says: /^all is well: 3 tasks, /,
    json: { problems: [], checked: NUMBER, more: false },
  },
  {
    args: ['bg', 'doctor'],
    says: /^ok +connection/,
    json: {
      findings: expect.arrayContaining([{ check: 'connection', status: 'ok', text: TEXT, fix: null }]),
    },
  },
  {
    args: ['bg', 'edit', '2', '--priority', '3'],
    says: /^changed #2/,
    json: { ...JOB, id: '2', priority: 3 },
  },
  { args: ['bg', 'cancel', '3'], says: /^cancelled 1 job$/, json: bulk('cancel') },
  { args: ['bg', 'retry', '3'], says: /^retried 1 job$/, json: bulk('retry') },
  { args: ['bg', 'discard', '4'], says: /^discarded 1 job$/, json: bulk('discard') },
  { args: ['bg', 'delete', '5'], says: /^deleted 1 job$/, json: bulk('delete') },
  { args: ['bg', 'forget', '6'], says: /^forgot 1 job$/, json: bulk('forget') },
  {
    args: ['bg', 'cancel', '--where', 'task:SendEmail', '--dry-run'],
    says: /^would cancel \d+ jobs in /,
    json: { verb: 'cancel', dryRun: true, count: NUMBER, capped: false, ids: ANY_JOBS },
  },
  {
    args: ['bg', 'replay', '1'],
    says: /^scheduled #\d+ SendEmail as #1/,
    json: { id: ID, of: '1', task: 'SendEmail', payload: { to: 'ann@example.com' } },
  },
  {
    args: ['bg', 'run', 'SendEmail', ...PAYLOAD],
    says: /sending to ann@example\.com/,
    json: {
      ...{ task: 'SendEmail', outcome: 'completed', ms: NUMBER, result: { sent: 'ann@example.com' } },
      ...{ reason: null, error: null, rolledBack: false },
    },
  },
  { args: ['bg', 'queues', 'pause', 'email'], says: /^paused email$/, json: { queues: [pausedQueue()] } },
  {
    args: ['bg', 'queues', 'ls'],
    says: /^queue +available +running +paused/,
    json: { queues: [pausedQueue()] },
  },
  { args: ['bg', 'queues', 'resume', 'email'], says: /^email goes on/, json: { queues: [QUEUE] } },
  {
    args: ['bg', 'queues', 'limit', 'email', '3'],
    says: /^email runs 3 jobs at once$/,
    json: { queues: [{ ...QUEUE, concurrency: 3 }] },
  },
  {
    args: ['bg', 'queues', 'drain', 'email'],
    says: /^email is empty$/,
    json: { queues: [{ ...QUEUE, concurrency: 3 }] },
  },
  {
    args: ['bg', 'queues', 'purge', 'email', '--yes'],
    says: /^no job fits$/,
    json: { ...bulk('delete'), done: 0 },
  },
  {
    args: ['bg', 'cron', 'add', 'SendEmail', '@daily', '--name', 'Nightly', ...PAYLOAD],
    says: /^added Nightly, next at /,
    json: { crons: [CRON] },
  },
  {
    args: ['bg', 'cron', 'change', 'Nightly', '--missed', 'once'],
    says: /^changed Nightly, next at /,
    json: { crons: [{ ...CRON, missed: 'once' }] },
  },
  {
    args: ['bg', 'cron', 'change', 'Nightly', '--missed', 'skip'],
    says: /^changed /,
    json: { crons: [CRON] },
  },
  { args: ['bg', 'cron', 'ls'], says: /^name +task +expression/, json: { crons: [CRON] } },
  {
    args: ['bg', 'cron', 'next', 'Nightly', '-n', '2'],
    says: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/,
    json: { expression: '@daily', timeZone: 'UTC', next: [TIME, TIME] },
  },
  {
    args: ['bg', 'cron', 'run', 'Nightly'],
    says: /^scheduled #\d+ SendEmail for Nightly$/,
    json: { id: ID, entry: 'Nightly', task: 'SendEmail' },
  },
  {
    args: ['bg', 'cron', 'pause', 'Nightly'],
    says: /^paused Nightly$/,
    json: { crons: [{ ...CRON, pausedAt: TIME, next: null }] },
  },
  {
    args: ['bg', 'cron', 'resume', 'Nightly'],
    says: /^Nightly goes on, next at /,
    json: { crons: [{ ...CRON, resumedAt: TIME }] },
  },
  { args: ['bg', 'cron', 'remove', 'Nightly'], says: /^removed Nightly$/, json: { removed: ['Nightly'] } },
  {
    args: ['bg', 'workers', 'ls'],
    says: /^worker +id +process/,
    json: {
      workers: [
        {
          ...{ id: '11', name: 'web-1', host: 'h', pid: 9, version: '0.1.0', concurrency: 10 },
          ...{
            tasks: ['SendEmail', 'SendReport'],
            startedAt: TIME,
            leaseUntil: TIME,
            alive: true,
            claimed: 0,
          },
          ...{ told: 'work', memory: null, delay: null },
        },
      ],
    },
  },
  { args: ['bg', 'workers', 'quiet', 'web-1'], says: /^told web-1 to take no more jobs$/, json: ONE_WORKER },
  { args: ['bg', 'workers', 'resume', '--all'], says: /^told web-1 to /, json: ONE_WORKER },
  { args: ['bg', 'workers', 'stop', 'web-1'], says: /^told web-1 to stop/, json: ONE_WORKER },
  { args: ['bg', 'tasks', 'ls'], says: /^task +queue +attempts/, json: { tasks: ANY_JOBS, problems: [] } },
  { args: ['bg', 'tasks', 'show', 'SendEmail'], says: /^SendEmail/, json: TASK },
  {
    args: ['bg', 'types'],
    says: /^types\/tasks\.d\.ts$/,
    json: {
      file: 'types/tasks.d.ts',
      tasks: ['SendEmail', 'SendReport', 'Wait'],
      changed: expect.any(Boolean),
    },
  },
  {
    args: ['bg', 'bench', '--jobs', '1000'],
    says: /^measuring with 1,000 jobs/,
    json: { jobs: 1_000, results: expect.any(Object) },
  },
  {
    args: ['bg', 'keys', 'rotate'],
    says: /^error: there is no key to encrypt with/,
    code: 1,
    json: failure('NO_ENCRYPTION_KEY'),
  },
  {
    args: ['bg', 'prune', '--dry-run'],
    says: /^would drop \d+ days? of history/,
    json: { dryRun: true, days: ANY_JOBS, queues: NUMBER },
  },
  { args: ['bg', 'prune'], says: /^dropped \d+ days? of history/, json: { days: NUMBER, queues: NUMBER } },
  {
    args: ['bg', 'new', 'SendInvoice'],
    says: /^tasks\/SendInvoice\.ts$/,
    json: { task: 'SendInvoice', files: ['tasks/SendInvoice.ts', 'test/tasks/SendInvoice.test.ts'] },
  },
  {
    args: ['new', 'shop'],
    says: /^package\.json$/,
    json: { directory: TEXT, files: expect.arrayContaining(['tasks/SendWelcome.ts']) },
  },
  {
    args: ['bg', 'show', '999'],
    says: /^error: there is no job 999/,
    code: 3,
    json: failure('JOB_NOT_FOUND'),
  },
  { args: ['bg', 'cancel', '1'], says: /^error: /, code: 1, json: failure('JOB_FINISHED') },
  { args: ['bg', 'schedule', 'SendEmial'], says: /^error: /, code: 2, json: failure('UNKNOWN_TASK') },
  { args: ['completion', 'bash'], says: /^_ks\(\) \{$/ },
  { args: ['completion', 'zsh'], says: /^#compdef ks/ },
  { args: ['completion', 'fish'], says: /^function __ks_words$/ },
  { args: ['bg', 'completion', 'bash'], says: /^_ks\(\) \{$/ },
  { args: ['bg', 'completion', 'zsh'], says: /^#compdef ks/ },
  { args: ['bg', 'completion', 'fish'], says: /^function __ks_words$/ },
]

/** They go on until somebody ends them; other tests do that. */
export const ENDLESS = ['start', 'bg start', 'bg dev', 'bg dashboard', 'bg top']

function pausedQueue() {
  return { ...QUEUE, paused: { at: TIME, by: expect.stringMatching(/.@./), reason: null } }
}

function failure(code: string) {
  return { error: { code, message: TEXT, hint: TEXT } }
}
