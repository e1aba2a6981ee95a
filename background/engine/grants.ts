/** Has the schema and all that is in it, and is whom functions act for that check what they are given. */
export const OWNER = 'background_owner'

/** The roles for everybody else. */
export const GUESTS = [
  'background_enqueuer',
  'background_operator',
  'background_reader',
  'background_worker',
] as const

export type Guest = (typeof GUESTS)[number]

/** All of them. They cannot log in: they are granted to users who can. */
export const ROLES = [...GUESTS, OWNER] as const

/** What a reader sees of each view: no payloads and no results. */
const READABLE: Readonly<Record<string, string>> = {
  jobs: `id, task, queue, state, priority, run_at, created_at, attempt, max_attempts, crashes, key, tags, flags, error,
  worker_id, claimed_at`,
  history: `id, task, queue, state, priority, run_at, created_at, finished_at, ms, attempt, key, tags, flags, error,
  expires_at`,
  queues: 'name, concurrency, paused_at, paused_by, paused_reason, available, running',
  workers:
    'id, name, host, pid, version, concurrency, tasks, started_at, lease_until, alive, claimed, told, memory, delay',
  crons: `name, task, expression, time_zone, source, paused_at, last_tick, missed, fill, cap, queue, priority,
  max_attempts, key, key_mode, tags, known_since, recent_jobs`,
}
const VIEWS = Object.keys(READABLE)

/** The same of the tables, which what lists, explains and counts reads. */
const READABLE_COLUMNS: Readonly<Record<string, string>> = {
  job: `id, run_at, created_at, priority, attempt, max_attempts, crashes, lane, task, queue, key, tags, flags, error`,
  finished: `id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, state, task, queue, key, tags, flags,
  error, max_attempts`,
  cron: `name, task, expression, time_zone, queue, priority, max_attempts, key, key_mode, tags, missed, fill, cap, source,
  known_since, paused_at, resumed_at, last_tick, recent_jobs`,
}
/** Those without anything that somebody may not see. */
const WAITING_ROWS = ['ready', 'member', 'deferred', 'job_key', 'cancellation', 'queue', 'lane', 'minute']

/** Where jobs wait, with what belongs to them. */
const JOBS = [
  'job',
  'ready',
  'member',
  'deferred',
  'job_key',
  'cancellation',
  'last_attempt',
  'queue',
  'cron',
]
/** Who has them. */
const CLAIMS = ['claim', 'slot', 'worker']

/** These check what they are given, and act with the rights of the owner. */
const SCHEDULE = ['add_job', 'add_jobs', 'enqueue', 'enqueue_keyed', 'enqueue_one']
const OPERATE = [
  ...['cancel_job', 'complete_jobs', 'force_unlock_workers', 'pause_queue', 'permanently_fail_jobs'],
  ...['remove_job(bigint)', 'remove_job(text)', 'reschedule_jobs', 'resume_queue', 'retry_jobs'],
]
/** These are parts of statements, and act with the rights of whoever runs those. */
const WAKE = ['wake', 'somebody_rests']
const TICK = [
  'settled_until',
  'payload_of_tick',
  'schedule_keyed',
  'put_keyed',
  'put_job',
  'take_back',
  'take_waiting',
  'make_wait',
  'append_items',
  'is_full',
]

/** What each may, besides entering the schema. To lock rows takes the right to update them. */
export const GRANTS: Readonly<Record<Guest, readonly string[]>> = {
  background_enqueuer: [tables('select', 'migration'), functions(...SCHEDULE, ...WAKE)],
  background_operator: [
    tables('select', 'migration', ...CLAIMS, ...VIEWS),
    tables('select, insert', 'lane'),
    tables('select, insert, delete', 'finished'),
    'update (payload) on background.finished',
    tables('select', 'minute'),
    tables('select, insert, update, delete', 'activity'),
    tables('select, insert, update, delete', ...JOBS),
    'update (lease_until, told) on background.worker',
    'update (ids) on background.claim',
    functions(...OPERATE, ...WAKE, 'lane_for', 'settled_until', 'drop_history'),
  ],
  background_reader: [
    tables('select', 'migration', ...WAITING_ROWS, ...CLAIMS),
    ...Object.entries({ ...READABLE, ...READABLE_COLUMNS }).map(
      ([name, columns]) => `select (${columns}) on background.${name}`,
    ),
  ],
  background_worker: [
    tables('select', 'migration', ...VIEWS),
    tables('select, insert', 'finished', 'lane'),
    tables('select, insert, update, delete', ...JOBS, ...CLAIMS, 'minute'),
    'usage on sequence background.job_id_seq, background.lane_id_seq',
    functions(...SCHEDULE, ...WAKE, ...TICK, 'lane_for', 'some_items', 'prepare_history', 'drop_history'),
  ],
}

function tables(privileges: string, ...names: readonly string[]): string {
  return `${privileges} on ${names.map(name => `background.${name}`).join(', ')}`
}

function functions(...names: readonly string[]): string {
  return `execute on function ${names.map(name => `background.${name}`).join(', ')}`
}
