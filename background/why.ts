import { humanDuration } from '../framework/duration.ts'
import type { Circumstances, Holder, QueueCircumstances, RunningJob } from './circumstances.ts'
import type { Job, JobError } from './job.ts'

/** One thing that keeps a job from running, or that it runs. */
export interface Reason {
  readonly code:
    | 'finished'
    | 'running'
    | 'cancelling'
    | 'worker-lost'
    | 'being-changed'
    | 'due-later'
    | 'no-worker'
    | 'unknown-task'
    | 'workers-quiet'
    | 'queue-paused'
    | 'queue-busy'
    | 'behind-others'
    | 'on-trial'
    | 'workers-busy'
    | 'about-to-run'
  /** For people: `waits for attempt 2 of 5, due in 11s`. */
  readonly text: string
  /** What happens next, or what to do. */
  readonly next: string
  /** When that is, where it is known. */
  readonly at?: Date
  /** Ids of the jobs it waits for. */
  readonly jobs?: readonly string[]
}

/** After so many deaths of workers a job is tried by itself. As the engine has it. */
const CRASHES_BEFORE_TRIAL = 3

/** A living worker looks for dead ones with each of its heartbeats. As the workers have it. */
const HEARTBEAT_MS = 2_000

/** Why the job is not running: the reason that holds now, then those that will hold it after that. */
export function reasonsFor(job: Job, circumstances: Circumstances | undefined): readonly Reason[] {
  if (job.finishedAt || !circumstances) return [finished(job)]
  const { holder, waits, now } = circumstances
  if (holder) return [held(job, holder, now)]
  if (!waits) return [beingChanged]
  const later = job.runAt.getTime() > now ? [dueLater(job, now)] : []
  const obstacles = [...workerReasons(job, circumstances), ...queueReasons(job, circumstances)]
  const reasons = [...later, ...obstacles]
  return reasons.length > 0 ? reasons : [nothingInTheWay(job, circumstances)]
}

function finished({ id, state, attempt, error }: Job): Reason {
  const why = error && state !== 'completed' ? `: ${describe(error)}` : ''
  return {
    code: 'finished',
    text: `has finished: ${state} at attempt ${attempt}${why}`,
    next: `to run it again: ks bg retry ${id}`,
  }
}

const beingChanged: Reason = {
  code: 'being-changed',
  text: 'is being changed in this moment, or held by a transaction that is still open',
  next: 'ask again; ks bg doctor names transactions that stay open',
}

function held(job: Job, holder: Holder, now: number): Reason {
  const where = `${holder.name} (process ${holder.pid} on ${holder.host})`
  const since = humanDuration(Math.max(0, now - holder.since))
  if (holder.leaseUntil <= now) return lost(holder, now)
  if (job.cancelling)
    return {
      code: 'cancelling',
      text: `runs on ${where} and has been told to stop`,
      next: 'it ends as cancelled when its task heeds its signal',
    }
  return {
    code: 'running',
    text: `is taken: attempt ${job.attempt + 1} of ${job.maxAttempts} on ${where} for ${since}`,
    next: `if that worker dies, its lease ends within ${humanDuration(holder.leaseUntil - now)}, and another takes over within ${humanDuration(HEARTBEAT_MS)}`,
    at: new Date(holder.leaseUntil),
  }
}

function lost({ name, leaseUntil, others }: Holder, now: number): Reason {
  return {
    code: 'worker-lost',
    text: `is held by ${name}, whose lease ended ${humanDuration(now - leaseUntil)} ago: it is dead or cut off`,
    next:
      others > 0
        ? `another worker rescues it within ${humanDuration(HEARTBEAT_MS)}, and this does not count as an attempt`
        : 'no other worker lives to rescue it; start one: npx ks bg',
    ...(others > 0 && { at: new Date(now + HEARTBEAT_MS) }),
  }
}

function dueLater({ attempt, maxAttempts, runAt, error }: Job, now: number): Reason {
  const left = humanDuration(runAt.getTime() - now)
  const text =
    attempt > 0
      ? `waits for attempt ${attempt + 1} of ${maxAttempts}, due in ${left}${error ? `, after ${describe(error)}` : ''}`
      : `waits for its time, due in ${left}`
  return { code: 'due-later', text, next: `it is due at ${runAt.toLocaleString('sv')}`, at: runAt }
}

function workerReasons({ id, task }: Job, { workers: { alive, knowing, working } }: Circumstances): Reason[] {
  if (alive === 0)
    return [{ code: 'no-worker', text: 'waits for a worker: none is running', next: 'start one: npx ks bg' }]
  if (working > 0) return []
  if (knowing > 0)
    return [
      {
        code: 'workers-quiet',
        text: `waits for a worker that takes jobs: ${knowing === 1 ? 'the one' : `all ${knowing}`} with its task were told not to`,
        next: 'start another, npx ks bg, or let one of them work again: ks bg workers',
      },
    ]
  const who = alive === 1 ? 'the only worker does not know' : `none of ${alive} workers knows`
  return [
    {
      code: 'unknown-task',
      text: `waits for a worker with its task: ${who} ${task}`,
      next: `start a worker from code that has tasks/${task}, or: ks bg cancel ${id}`,
    },
  ]
}

function queueReasons({ queue: name }: Job, { queue, ahead, now }: Circumstances): Reason[] {
  if (!queue) return []
  const reasons: Reason[] = []
  if (queue.pausedAt !== null) reasons.push(paused(name as string, queue, now))
  if (queue.taken >= queue.concurrency) reasons.push(busy(name as string, queue, now))
  if (ahead.count > 0)
    reasons.push({
      code: 'behind-others',
      text: `waits behind ${ahead.count}${ahead.capped ? ' or more' : ''} in queue ${name}: next is #${ahead.ids[0]}`,
      next: 'jobs of a queue run in order of priority, due time and id',
      jobs: ahead.ids,
    })
  return reasons
}

function paused(name: string, { pausedAt, pausedBy, pausedReason }: QueueCircumstances, now: number): Reason {
  const by = pausedBy === null ? '' : ` by ${pausedBy}`
  const reason = pausedReason === null ? '' : `: ${pausedReason}`
  return {
    code: 'queue-paused',
    text: `waits because queue ${name} was paused ${humanDuration(now - (pausedAt ?? now))} ago${by}${reason}`,
    next: `ks bg queues resume ${name}`,
  }
}

function busy(name: string, { concurrency, taken, running }: QueueCircumstances, now: number): Reason {
  const rule = concurrency === 1 ? 'runs one job at a time' : `runs ${concurrency} jobs at a time`
  return {
    code: 'queue-busy',
    text: `waits because queue ${name} ${rule} and ${taken === 1 ? 'one runs' : `${taken} run`}${named(running, now)}`,
    next: `when one of them ends, the next of the queue starts; more at a time: ks bg queues limit ${name} ${concurrency + 1}`,
    jobs: running.map(({ id }) => id),
  }
}

/** `: #7 SendReport on web-1 for 12s` */
function named(running: readonly RunningJob[], now: number): string {
  const told = running.map(
    ({ id, task, worker, since }) =>
      `#${id} ${task} on ${worker} for ${humanDuration(Math.max(0, now - since))}`,
  )
  return told.length > 0 ? `: ${told.join(', ')}` : ''
}

function nothingInTheWay({ crashes = 0, priority }: Job, { workers, ahead, now }: Circumstances): Reason {
  if (crashes >= CRASHES_BEFORE_TRIAL)
    return {
      code: 'on-trial',
      text: `waits to be tried by itself: ${crashes} workers died while they had it`,
      next: 'a worker tries one such job at a time; if it dies again, the job is discarded',
    }
  if (workers.taken < workers.slots && ahead.count === 0)
    return {
      code: 'about-to-run',
      text: 'nothing is in its way',
      next: 'a worker takes it within moments; if none does, the configuration of all forbids one of its flags',
    }
  const others = ahead.count > 0 ? `, and ${ahead.count}${ahead.capped ? ' or more' : ''} come first` : ''
  return {
    code: 'workers-busy',
    text: `waits for a free slot: workers with its task have ${workers.taken} jobs in ${workers.slots} slots${others}${named(workers.running, now)}`,
    next: `it runs when its turn comes; priority ${priority} goes before higher numbers; more slots: ks bg --concurrency`,
    jobs: [...ahead.ids, ...workers.running.map(({ id }) => id)],
  }
}

function describe({ name, message }: JobError): string {
  const [line = ''] = message.split('\n')
  return name ? `${name}: ${line}` : line
}
