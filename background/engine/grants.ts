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
  workers: 'id, name, host, pid, version, concurrency, tasks, started_at, lease_until, alive, claimed, told',
  crons: `name, task, expression, time_zone, source, paused_at, last_tick, missed, fill, cap, queue, priority,
  max_attempts, key, key_mode, tags, known_since, recent_jobs`,
}
const VIEWS = Object.keys(READABLE)

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
const SCHEDULE = ['add_job', 'add_jobs', 'enqueue', 'enqueue_one']
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
  'put_job',
  'take_back',
  'make_wait',
  'append_items',
]

/** What each may, besides entering the schema. To lock rows takes the right to update them. */
export const GRANTS: Readonly<Record<Guest, readonly string[]>> = {
  background_enqueuer: [tables('select', 'migration'), functions(...SCHEDULE, ...WAKE)],
  background_operator: [
    tables('select', 'migration', ...CLAIMS, ...VIEWS),
    tables('select, insert', 'lane'),
    tables('select, insert, delete', 'finished'),
    tables('select', 'minute'),
    tables('select, insert, update, delete', 'activity'),
    tables('select, insert, update, delete', ...JOBS),
    'update (lease_until, told) on background.worker',
    functions(...OPERATE, ...WAKE, 'lane_for', 'settled_until', 'drop_history'),
  ],
  background_reader: [
    tables('select', 'migration'),
    ...VIEWS.map(view => `select (${READABLE[view]}) on background.${view}`),
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
