import {
  type Emitter,
  type JobFacts,
  type Problem,
  serializeError,
  type TaskChanges,
} from '../../background/operator.ts'
import { messageOf } from '../../framework/errors.ts'
import { BatchedLines } from './batched-lines.ts'
import { isTold, type Readiness, type Report, type ReportOptions } from './report.ts'

/**
 * One JSON object per line: `time` (ISO), `event`, and what belongs to the event. For a job: `id`, `task`, `queue`
 * (null for none), `attempt`, `maxAttempts`, `waited` and `ms` (milliseconds due before it ran, and running),
 * `again` (milliseconds until the next attempt), `reason`, `error` (`name`, `message`, `stack`, `cause`).
 */
export class JsonReport implements Report {
  readonly #options: ReportOptions
  readonly #lines = new BatchedLines(process.stdout)

  constructor(options: ReportOptions) {
    this.#options = options
  }

  problems(problems: readonly Problem[]): void {
    for (const problem of problems) this.#write('task:problem', problem)
  }

  ready(readiness: Readiness): void {
    if (isTold('good', this.#options.level))
      this.#write('worker:ready', { ...readiness, ms: rounded(readiness.ms) })
  }

  follow(events: Emitter): void {
    if (isTold('bad', this.#options.level)) this.#followBad(events)
    if (isTold('again', this.#options.level)) this.#followAgain(events)
    if (isTold('good', this.#options.level)) this.#followGood(events)
  }

  reloaded({ added, changed, removed, kept, problems, ms }: TaskChanges): void {
    this.problems(problems)
    this.#write('tasks:reloaded', { added, changed, removed, kept, ms: rounded(ms) })
  }

  note(text: string): void {
    if (isTold('good', this.#options.level)) this.#write('note', { message: text })
  }

  hurrying(): void {
    if (isTold('good', this.#options.level)) this.#write('worker:hurrying', {})
  }

  flush(): void {
    this.#lines.flush()
  }

  #followGood(events: Emitter): void {
    events.on('job:completed', ({ job, ms, waited }) => this.#writeJob('job:completed', job, { waited, ms }))
    events.on('job:snoozed', ({ job, ms, again }) => this.#writeJob('job:snoozed', job, { ms, again }))
    events.on('job:cancelled', ({ job, ms, reason }) => this.#writeJob('job:cancelled', job, { ms, reason }))
    events.on('job:released', ({ job }) => this.#writeJob('job:released', job, {}))
    events.on('cron:scheduled', facts => this.#write('cron:scheduled', facts))
    for (const event of ['worker:quieted', 'worker:resumed', 'worker:dismissed'] as const)
      events.on(event, facts => this.#write(event, facts))
    events.on('worker:stopping', ({ running, grace }) =>
      this.#write('worker:stopping', { running: running.map(job => job.id), grace }),
    )
    events.on('worker:stopped', () => this.#write('worker:stopped', {}))
  }

  #followAgain(events: Emitter): void {
    events.on('job:failed', ({ job, error, ...facts }) =>
      this.#writeJob('job:failed', job, { ...facts, error: serializeError(error) }),
    )
    events.on('job:stale', ({ job, outcome }) => this.#writeJob('job:stale', job, { outcome }))
    events.on('cron:missed', facts => this.#write('cron:missed', facts))
    events.on('worker:rescued', facts => this.#write('worker:rescued', facts))
    events.on('worker:trouble', ({ doing, error, again }) =>
      this.#write('worker:trouble', { doing, message: messageOf(error), again }),
    )
  }

  #followBad(events: Emitter): void {
    events.on('job:discarded', ({ job, error, ...facts }) =>
      this.#writeJob('job:discarded', job, { ...facts, error: serializeError(error) }),
    )
    events.on('worker:lost', facts => this.#write('worker:lost', facts))
  }

  #writeJob(event: string, job: JobFacts, { waited, ms, ...facts }: Facts): void {
    const { id, task, queue = null, attempt, maxAttempts } = job
    this.#write(event, {
      ...{ id, task, queue, attempt, maxAttempts },
      ...(waited !== undefined && { waited: rounded(waited) }),
      ...(ms !== undefined && { ms: rounded(ms) }),
      ...facts,
    })
  }

  #write(event: string, facts: object): void {
    const time = new Date().toISOString()
    this.#lines.add(JSON.stringify({ time, event, ...facts }))
  }
}

interface Facts {
  readonly waited?: number
  readonly ms?: number
  readonly [name: string]: unknown
}

/** To the tenth of a millisecond. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10
}
