import { decodePayload, type Job, type Registry } from '../../../background/operator.ts'
import { didYouMean } from '../../../framework/did-you-mean.ts'
import { messageOf } from '../../../framework/errors.ts'

/** Something that would fail with the code at hand. */
export interface CheckProblem {
  readonly kind: 'task-file' | 'cron' | 'unknown-task' | 'invalid-payload'
  readonly task: string | null
  readonly message: string
  readonly hint: string
  /** How many jobs have it. */
  readonly count: number
  /** Some of their ids. */
  readonly jobs: readonly string[]
}

const MOST_IDS = 10

/** Tries jobs on the code at hand, and brings those together that have the same problem. */
export class JobChecks {
  readonly #registry: Registry
  readonly #found = new Map<string, { problem: CheckProblem; jobs: string[]; count: number }>()
  #checked = 0

  constructor(registry: Registry) {
    this.#registry = registry
  }

  get checked(): number {
    return this.#checked
  }

  get problems(): CheckProblem[] {
    return [...this.#found.values()].map(({ problem, jobs, count }) => ({ ...problem, jobs, count }))
  }

  /** Tries one job. */
  async add({ id, task, payload }: Job): Promise<void> {
    this.#checked++
    const definition = this.#registry.find(task)
    if (!definition) return this.#note(this.#unknown(task), id)
    try {
      await decodePayload(definition, JSON.stringify(payload))
    } catch (error) {
      const hint = `let ${task} accept such payloads, or change them: ks bg edit <id>`
      this.#note({ kind: 'invalid-payload', task, message: messageOf(error), hint, count: 0, jobs: [] }, id)
    }
  }

  /** Says so when an entry in the database schedules jobs that nobody could run. */
  addCron(name: string, task: string): void {
    if (this.#registry.find(task)) return
    const message = `the cron entry ${name} schedules ${task}, and there is no such task`
    const hint = `bring tasks/${task} back, or remove the entry`
    this.#found.set(message, {
      problem: { kind: 'cron', task, message, hint, count: 0, jobs: [] },
      jobs: [],
      count: 0,
    })
  }

  #unknown(task: string): CheckProblem {
    const meant = didYouMean(task, this.#registry.names)
    const question = meant ? `; was it renamed to ${meant}?` : ''
    const hint = `bring tasks/${task} back until they have run, or: ks bg cancel --where task:${JSON.stringify(task)}`
    return {
      kind: 'unknown-task',
      task,
      message: `jobs wait for a task that does not exist: ${task}${question}`,
      hint,
      count: 0,
      jobs: [],
    }
  }

  #note(problem: CheckProblem, id: string): void {
    const found = this.#found.get(problem.message) ?? { problem, jobs: [], count: 0 }
    found.count++
    if (found.jobs.length < MOST_IDS) found.jobs.push(id)
    this.#found.set(problem.message, found)
  }
}
