import type { Emitter, JobFacts, Problem, TaskChanges } from '../../background/operator.ts'
import { humanDuration } from '../../framework/duration.ts'
import { messageOf } from '../../framework/errors.ts'
import { indent, type Paint, painterFor, plural, printable, type Style, say, widthOf } from '../output.ts'
import { timeOfDay } from '../pretty-logger.ts'
import { banner } from './banner.ts'
import { BatchedLines } from './batched-lines.ts'
import { describeJobError } from './job-error.ts'
import { type Ended, jobLine, type Layout, queueColumn, taskColumn } from './job-line.ts'
import { describeProblem } from './problems.ts'
import { describeChanges } from './reloaded.ts'
import { isTold, type Readiness, type Report, type ReportOptions } from './report.ts'

/** For people: a banner, then a line for each job that ends. */
export class PrettyReport implements Report {
  readonly #options: ReportOptions
  readonly #paint: Paint = painterFor(process.stdout)
  readonly #lines = new BatchedLines(process.stdout)
  readonly #counts = { done: 0, failed: 0, discarded: 0, 'given back': 0 }
  #names: Pick<Layout, 'task' | 'queue'> = { task: 0, queue: 0 }

  constructor(options: ReportOptions) {
    this.#options = options
  }

  problems(problems: readonly Problem[]): void {
    const paint = painterFor(process.stderr)
    for (const problem of problems) say(`${indent(describeProblem(problem, paint))}\n`)
  }

  ready(readiness: Readiness): void {
    this.#names = { task: taskColumn(readiness.tasks), queue: queueColumn(Object.keys(readiness.queues)) }
    if (isTold('good', this.#options.level)) this.#lines.add(banner(readiness, this.#paint))
  }

  follow(events: Emitter): void {
    if (isTold('bad', this.#options.level)) this.#followBad(events)
    if (isTold('again', this.#options.level)) this.#followAgain(events)
    if (isTold('good', this.#options.level)) this.#followGood(events)
  }

  reloaded(changes: TaskChanges): void {
    this.problems(changes.problems)
    for (const line of describeChanges(changes)) this.#note(line, 'cyan')
  }

  note(text: string): void {
    this.#note(text, 'cyan')
  }

  hurrying(): void {
    if (isTold('good', this.#options.level)) this.#lines.add('  giving back what still runs')
  }

  flush(): void {
    this.#lines.flush()
  }

  #followGood(events: Emitter): void {
    events.on('job:completed', ended => {
      this.#counts.done++
      this.#end(ended, 'green', 'done')
    })
    events.on('job:snoozed', ended =>
      this.#end(ended, 'dim', `snoozed, again in ${humanDuration(ended.again)}`),
    )
    events.on('job:cancelled', ended => this.#end(ended, 'dim', `cancelled: ${printable(ended.reason)}`))
    events.on('job:released', () => {
      this.#counts['given back']++
    })
    events.on('cron:scheduled', ({ entry, job, backfilled }) => {
      const what = `cron ${entry} scheduled #${job}${backfilled ? ', which it had missed' : ''}`
      if (backfilled || this.#options.verbose) this.#note(what, 'dim')
    })
    events.on('worker:quieted', ({ by }) =>
      this.#note(`paused${by === 'operator' ? ' from elsewhere' : ''}: takes no more jobs`),
    )
    events.on('worker:resumed', () => this.#note('takes jobs again', 'green'))
    events.on('worker:dismissed', () => this.#note('told to stop from elsewhere'))
    events.on('worker:stopping', ({ running, grace }) => this.#stopping(running, grace))
    events.on('worker:stopped', () => this.#lines.add(`  stopped${this.#summary()}`))
  }

  #followAgain(events: Emitter): void {
    events.on('job:failed', ended => {
      this.#counts.failed++
      const { job, again } = ended
      this.#end(ended, 'yellow', `failed ${job.attempt}/${job.maxAttempts}, again in ${humanDuration(again)}`)
      this.#error(ended.error)
    })
    events.on('job:stale', ({ job }) =>
      this.#note(`${job.task} #${job.id} ended too late: it had been taken away`),
    )
    events.on('cron:missed', ({ entry, since, backfilled }) =>
      this.#note(
        `cron ${entry} missed its time since ${since.toLocaleString('sv')}; made up for ${backfilled}`,
      ),
    )
    events.on('worker:rescued', ({ jobs, discarded }) =>
      this.#note(`rescued ${plural(jobs + discarded, 'job')} of a worker that died`),
    )
    events.on('worker:trouble', ({ doing, error, again }) =>
      this.#note(
        `trouble with ${doing}: ${messageOf(error)}${again > 0 ? `; again in ${humanDuration(again)}` : ''}`,
      ),
    )
  }

  #followBad(events: Emitter): void {
    events.on('job:discarded', ended => {
      this.#counts.discarded++
      const { job, reason, error } = ended
      this.#end(ended, 'red', `discarded ${job.attempt}/${job.maxAttempts}`)
      if (!/^attempt \d/.test(reason) && reason !== messageOf(error))
        this.#lines.add(indent(printable(reason), DETAIL))
      this.#error(error)
    })
    events.on('worker:lost', () =>
      this.#note('the lease was lost: other workers may run these jobs; going on with a new one'),
    )
  }

  #end(ended: Omit<Ended, 'outcome'>, style: Style, outcome: string): void {
    const layout = { ...this.#names, line: widthOf(process.stdout) }
    this.#lines.add(jobLine({ ...ended, outcome: this.#paint(style, outcome) }, layout, this.#paint))
  }

  #error(error: unknown): void {
    this.#lines.add(indent(describeJobError(error, this.#options, this.#paint), DETAIL))
  }

  #note(text: string, style: Style = 'yellow'): void {
    this.#lines.add(`${this.#paint('dim', timeOfDay())}  ${this.#paint(style, text)}`)
  }

  #stopping(running: readonly JobFacts[], grace: number): void {
    if (running.length === 0) return
    const jobs = running.slice(0, 3).map(job => `${job.task} ${this.#paint('dim', `#${job.id}`)}`)
    const what = `finishing ${plural(running.length, 'job')}, up to ${humanDuration(grace)}`
    this.#lines.add(`  ${what} (Ctrl-C again to give them back now)  ${jobs.join('  ')}`)
  }

  #summary(): string {
    const parts = Object.entries(this.#counts).filter(([, count]) => count > 0)
    return parts.length === 0 ? '' : `: ${parts.map(([what, count]) => `${count} ${what}`).join(', ')}`
  }
}

/** Below the task's name. */
const DETAIL = ' '.repeat(14)
