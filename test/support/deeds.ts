import { cronEntry } from '../../background/cron.ts'
import { abandon } from '../../background/engine/abandon.ts'
import { beginActivity, settleActivity, tellProgress } from '../../background/engine/activity.ts'
import { cancelJobs } from '../../background/engine/cancel.ts'
import { claim } from '../../background/engine/claim.ts'
import { claimQueue } from '../../background/engine/claim-queue.ts'
import { claimQueues } from '../../background/engine/claim-queues.ts'
import type { ClaimedJob } from '../../background/engine/claimed-job.ts'
import { complete } from '../../background/engine/complete.ts'
import {
  addCron,
  changeCron,
  pauseCron,
  removeCron,
  resumeCron,
} from '../../background/engine/cron-operate.ts'
import { syncCrons } from '../../background/engine/cron-sync.ts'
import { tickCrons } from '../../background/engine/cron-tick.ts'
import { discardJobs } from '../../background/engine/discard.ts'
import { enqueue, enqueueMany, enqueueOne } from '../../background/engine/enqueue.ts'
import { fail } from '../../background/engine/fail.ts'
import { forgetJobs } from '../../background/engine/forget.ts'
import { dropHistory, prepareHistory } from '../../background/engine/history.ts'
import { moveAside, setAside } from '../../background/engine/lanes.ts'
import { addToMinute } from '../../background/engine/minutes.ts'
import { promote } from '../../background/engine/promote.ts'
import { pauseQueue, resumeQueue } from '../../background/engine/queue-pause.ts'
import { setConcurrency } from '../../background/engine/queues.ts'
import { release } from '../../background/engine/release.ts'
import { removeJobs } from '../../background/engine/remove.ts'
import { rescheduleJobs } from '../../background/engine/reschedule.ts'
import { rescue } from '../../background/engine/rescue.ts'
import { retryJobs } from '../../background/engine/retry.ts'
import { replacePayloads, replacePayloadsOfCrons } from '../../background/engine/rotation.ts'
import { sweep } from '../../background/engine/sweep.ts'
import { putOnTrial } from '../../background/engine/trial.ts'
import { deregister, heartbeat, register } from '../../background/engine/worker-lease.ts'
import { tellWorkers, workerKnows } from '../../background/engine/worker-orders.ts'
import type { KeyMode } from '../../background/key.ts'
import type { Connection } from '../../framework/connection.ts'
import { CLAIM, JOB, WORKER } from './stage.ts'

/** Something that somebody does to a {@link Stage}. */
export interface Deed {
  readonly do: (db: Connection) => Promise<unknown>
  /** It passes over what others are changing in this instant: for now, and does the rest when it is done again; or for good. */
  readonly passesOver?: 'for now' | 'for good'
  /** What comes of doing it once more because the answer was lost: nothing, unless this says what else. */
  readonly twice?: 'refused' | 'more'
}

const RETENTION = { keep: 86_400, byTask: {} }
const [NEW_JOB, LATER] = [{ task: 'A', payload: '[3]' }, new Date('2100-01-01')]
const ENTRY = cronEntry({ task: 'A', expression: '@daily', name: 'mine' }, 'dynamic')
const FAILURE = {
  ms: 1,
  again: 0,
  state: 'discarded',
  counts: true,
  error: '{"message":"no"}',
  keep: 86_400,
} as const
const TALLIED = { completed: 1, failed: 0, ended: 0, ms: [1], waited: [1] }
const IDENTITY = { name: 'test', host: 'here', pid: 1, version: '1', concurrency: 10, tasks: ['A'] }

const mine = { claim: CLAIM.mine, id: JOB.mine }
const queued = { claim: CLAIM.mineInQueue, id: JOB.mineInQueue }
const theirs = { claim: CLAIM.theirs, id: JOB.theirs }
const closing = { claims: [CLAIM.mine], slots: [] }
const closingQueue = {
  claims: [CLAIM.mineInQueue],
  slots: [{ claim: CLAIM.mineInQueue, queue: 'mine', slot: 1 }],
}
const closingTheirs = { claims: [CLAIM.theirs], slots: [] }
const done = { ms: 1, keep: 86_400 }
const under = (name: string, mode: KeyMode, maxWait?: number) => ({
  ...NEW_JOB,
  key: { name, mode, maxWait },
})

const rewritten = (id: string, payload: string) => ({ id, task: 'A', payload, by: '{"rewritten":true}' })

/** A function of the SQL API. */
const sql = (name: string, expression: string) => (db: Connection) =>
  db.run({ name: `test_${name}`, text: `select * from background.${expression}` }, [])

function tick(name: string) {
  const at = Date.parse('2021-01-01')
  const settled = { text: '2020-01-01Z', ms: Date.parse('2020-01-01') }
  const entry = { ...ENTRY, name, expression: '@hourly', settled }
  return (db: Connection) =>
    tickCrons(db, [{ entry, due: { ticks: [{ at, backfilled: true }], last: at, missed: true } }])
}

/** Everything that can be done, said for the same few jobs, queues, keys and workers. */
export const DEEDS: Readonly<Record<string, Deed>> = {
  enqueue: { do: db => enqueue(db, [NEW_JOB, { ...NEW_JOB, queue: 'q' }]), twice: 'more' },
  'enqueue one for later': { do: db => enqueueOne(db, { ...NEW_JOB, runAt: LATER }), twice: 'more' },
  'enqueue many with keys': {
    do: db => enqueueMany(db, [under('b', 'unsafe_dedupe'), under('a', 'unsafe_dedupe')]),
  },
  'enqueue under the key of a due job': {
    do: db => enqueueOne(db, { ...under('due', 'replace'), payload: '{}' }),
  },
  'enqueue more items under a key': { do: db => enqueueOne(db, under('due', 'replace')), twice: 'more' },
  'enqueue under the key of a later job': {
    do: db => enqueueOne(db, { ...under('later', 'preserve_run_at'), payload: '{}' }),
  },
  'enqueue under the key of a running job': {
    do: db => enqueueOne(db, { ...under('mine', 'replace'), payload: '{}' }),
  },
  'enqueue under the key of a job of the dead': {
    do: db => enqueueOne(db, { ...under('theirs', 'replace'), payload: '{}' }),
  },
  'enqueue what may wait already': { do: db => enqueueOne(db, under('mine', 'unsafe_dedupe')) },
  'enqueue under the key of a finished job': {
    do: db => enqueueOne(db, { ...under('done', 'replace'), payload: '{}' }),
  },
  promote: { do: db => promote(db, { limit: 100, keep: 86_400 }), passesOver: 'for now' },
  claim: {
    do: db => claim(db, { claim: '301', worker: WORKER.mine, lanes: [0], limit: 10 }),
    passesOver: 'for good',
  },
  'claim, as another': {
    do: db => claim(db, { claim: '302', worker: WORKER.idle, lanes: [0], limit: 10 }),
    passesOver: 'for good',
  },
  'claim, as the dead': {
    do: db => claim(db, { claim: '303', worker: WORKER.dead, lanes: [0], limit: 10 }),
    passesOver: 'for good',
  },
  'claim from one queue': {
    do: db => claimQueue(db, { claim: '306', worker: WORKER.idle, queue: 'q' }),
    passesOver: 'for good',
    twice: 'refused',
  },
  'claim a queue': {
    do: db => claimQueues(db, { claim: '304', worker: WORKER.mine, slots: 1, perSlot: 1, cursor: '' }),
    passesOver: 'for good',
    twice: 'refused',
  },
  'claim a queue, as another': {
    do: db => claimQueues(db, { claim: '305', worker: WORKER.idle, slots: 1, perSlot: 1, cursor: '' }),
    passesOver: 'for good',
    twice: 'refused',
  },
  complete: { do: db => db.run(...complete(WORKER.mine, [{ ...mine, ...done }], closing)) },
  'complete in a queue': {
    do: db => db.run(...complete(WORKER.mine, [{ ...queued, ...done }], closingQueue)),
  },
  'complete, as the dead': {
    do: db => db.run(...complete(WORKER.dead, [{ ...theirs, ...done }], closingTheirs)),
  },
  'complete, with a log': {
    do: db => db.run(...complete(WORKER.mine, [{ ...mine, ...done, log: '{"lines":[]}' }], closing)),
  },
  fail: { do: db => db.run(...fail(WORKER.mine, [{ ...mine, ...FAILURE }], closing)) },
  'fail for good': {
    do: db => db.run(...fail(WORKER.mine, [{ ...mine, ...FAILURE, again: null }], closing)),
  },
  'fail, as the dead': { do: db => db.run(...fail(WORKER.dead, [{ ...theirs, ...FAILURE }], closingTheirs)) },
  release: { do: db => db.run(...release(WORKER.mine, [mine], closing)) },
  'release in a queue': { do: db => db.run(...release(WORKER.mine, [queued], closingQueue)) },
  'release, as the dead': { do: db => db.run(...release(WORKER.dead, [theirs], closingTheirs)) },
  abandon: { do: db => abandon(db, WORKER.mine, [CLAIM.mine, CLAIM.mineInQueue]) },
  'abandon, as the dead': { do: db => abandon(db, WORKER.dead, [CLAIM.theirs]) },
  rescue: { do: db => rescue(db, 86_400), passesOver: 'for now' },
  'put on trial': { do: db => putOnTrial(db, WORKER.mine, mine as ClaimedJob) },
  'put on trial, as the dead': { do: db => putOnTrial(db, WORKER.dead, theirs as ClaimedJob) },
  'set aside': { do: db => setAside(db, ['A']) },
  'move aside': {
    do: async db => {
      await setAside(db, ['A'])
      await moveAside(db, WORKER.mine, [mine])
    },
  },
  register: { do: db => register(db, { id: '104', ...IDENTITY }, 3_600_000) },
  heartbeat: { do: db => heartbeat(db, WORKER.mine, 7_200_000) },
  'heartbeat, as the dead': { do: db => heartbeat(db, WORKER.dead, 7_200_000) },
  deregister: { do: db => deregister(db, WORKER.idle) },
  'deregister with jobs': { do: db => deregister(db, WORKER.mine) },
  'tell a worker': { do: db => tellWorkers(db, [WORKER.mine], 'quiet') },
  'know tasks': { do: db => workerKnows(db, WORKER.mine, ['B']) },
  'add to a minute': { do: db => addToMinute(db, WORKER.mine, TALLIED), twice: 'more' },
  cancel: { do: db => cancelJobs(db, [JOB.due], 'why not', RETENTION), passesOver: 'for now' },
  'cancel later': { do: db => cancelJobs(db, [JOB.later], 'why not', RETENTION), passesOver: 'for now' },
  'cancel the running': { do: db => cancelJobs(db, [JOB.mine], 'why not', RETENTION), passesOver: 'for now' },
  discard: { do: db => discardJobs(db, [JOB.due], 'why not', RETENTION), passesOver: 'for now' },
  retry: { do: db => retryJobs(db, [JOB.later]), passesOver: 'for now' },
  'retry the finished': { do: db => retryJobs(db, [JOB.done]), passesOver: 'for now' },
  reschedule: {
    do: db => rescheduleJobs(db, [JOB.due], { runAt: LATER, priority: 3 }),
    passesOver: 'for now',
  },
  'reschedule in a queue': {
    do: db => rescheduleJobs(db, [JOB.queued], { priority: -3 }),
    passesOver: 'for now',
  },
  'rewrite payloads': {
    do: db => replacePayloads(db, 'job', [rewritten(JOB.due, '[1,2]'), rewritten(JOB.mine, '[1,2]')]),
  },
  'rewrite payloads of the finished': {
    do: db => replacePayloads(db, 'finished', [rewritten(JOB.done, '[1,2]')]),
  },
  'rewrite payloads of cron': { do: db => replacePayloadsOfCrons(db, [rewritten('free', '[7]')]) },
  remove: { do: db => removeJobs(db, [JOB.due]), passesOver: 'for now' },
  forget: { do: db => forgetJobs(db, [JOB.due, JOB.done], RETENTION), passesOver: 'for now' },
  'forget the finished': { do: db => forgetJobs(db, [JOB.done], RETENTION), passesOver: 'for now' },
  'remove the finished': { do: db => removeJobs(db, [JOB.done]), passesOver: 'for now' },
  'pause a queue': { do: db => pauseQueue(db, 'q', {}) },
  'resume a queue': { do: db => resumeQueue(db, 'paused') },
  'set concurrency': { do: db => setConcurrency(db, { q: 2, mine: 2 }) },
  'add a cron entry': { do: db => addCron(db, ENTRY) },
  'change a cron entry': { do: db => changeCron(db, { ...ENTRY, name: 'dynamic' }) },
  'remove a cron entry': { do: db => removeCron(db, 'dynamic') },
  'pause cron': { do: db => pauseCron(db, 'keyed') },
  'resume cron': { do: db => resumeCron(db, 'paused') },
  'bring in cron entries': { do: db => syncCrons(db, [{ ...ENTRY, source: 'config', name: 'keyed' }]) },
  tick: { do: tick('free'), passesOver: 'for now' },
  'tick under a key': { do: tick('keyed'), passesOver: 'for now' },
  sweep: { do: db => sweep(db) },
  'prepare history': { do: db => prepareHistory(db, [1]), passesOver: 'for now' },
  'drop history': { do: db => dropHistory(db) },
  'begin an activity': {
    do: db => beginActivity(db, { actor: 'ann', action: 'cancel', target: '1' }),
    twice: 'more',
  },
  'tell of an activity': { do: db => tellProgress(db, '1', { sofar: 1 }) },
  'settle an activity': { do: db => settleActivity(db, '1', 'done', {}) },
  add_job: { do: sql('add_job', `add_job('A')`), twice: 'more' },
  'add_job under a key': { do: sql('add_job_keyed', `add_job('A', '{}', job_key => 'due')`) },
  cancel_job: { do: sql('cancel_job', 'cancel_job(1)') },
  'cancel_job of the running': { do: sql('cancel_running', 'cancel_job(6)') },
  complete_jobs: { do: sql('complete_jobs', `complete_jobs('{1}')`) },
  permanently_fail_jobs: { do: sql('fail_jobs', `permanently_fail_jobs('{1}')`) },
  reschedule_jobs: { do: sql('reschedule_jobs', `reschedule_jobs('{1}', priority => 7)`) },
  retry_jobs: { do: sql('retry_jobs', `retry_jobs('{4}')`) },
  'retry_jobs of the finished': { do: sql('retry_finished', `retry_jobs('{11}')`) },
  'remove_job by key': { do: sql('remove_by_key', `remove_job('due')`) },
  'remove_job of the running': { do: sql('remove_running', `remove_job('mine')`) },
  remove_job: { do: sql('remove_job', 'remove_job(1)') },
  pause_queue: { do: sql('pause_queue', `pause_queue('q')`) },
  resume_queue: { do: sql('resume_queue', `resume_queue('paused')`) },
  force_unlock_workers: { do: sql('force_unlock', `force_unlock_workers('{101}')`) },
}
