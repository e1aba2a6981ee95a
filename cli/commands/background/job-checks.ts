import {
  type CronInfo,
  decodePayload,
  type Job,
  payloadOfTick,
  type Registry,
  type Sealing,
  type TaskDefinition,
} from '../../../background/operator.ts'
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

type Mistake = Omit<CheckProblem, 'count' | 'jobs'>

const MOST_IDS = 10

/** Tries jobs and cron entries on the code at hand, and brings those jobs together that have the same problem. */
export class JobChecks {
  readonly #registry: Registry
  readonly #sealing: Sealing | undefined
  readonly #found = new Map<string, { mistake: Mistake; jobs: string[]; count: number }>()
  #checked = 0

  constructor(registry: Registry, sealing?: Sealing) {
    this.#registry = registry
    this.#sealing = sealing
  }

  get checked(): number {
    return this.#checked
  }

  get problems(): CheckProblem[] {
    return [...this.#found.values()].map(({ mistake, jobs, count }) => ({ ...mistake, count, jobs }))
  }

  /** Tries one job. */
  async add({ id, task, payload }: Job): Promise<void> {
    this.#checked++
    const definition = this.#registry.find(task)
    const mistake = definition ? await this.#payloadMistake(definition, payload) : this.#unknown(task)
    if (mistake) this.#note(mistake, id)
  }

  /** Tries one cron entry. One that is from code is not looked at: with the next worker, it is as this code has it. */
  async addCron({ name, task, payload, source }: CronInfo): Promise<void> {
    if (source !== 'dynamic') return
    const definition = this.#registry.find(task)
    if (!definition) {
      const message = `the cron entry ${name} schedules ${task}, and there is no such task`
      const hint = `bring tasks/${task} back, or: ks bg cron remove ${name}`
      return this.#note({ kind: 'cron', task, message, hint })
    }
    const mistake = await this.#payloadMistake(definition, payloadOfTick(payload))
    if (!mistake) return
    const hint = `let ${task} accept it, or change the entry: ks bg cron change ${name} --set …`
    this.#note({ kind: 'cron', task, message: `the cron entry ${name}: ${mistake.message}`, hint })
  }

  async #payloadMistake(definition: TaskDefinition, payload: unknown): Promise<Mistake | undefined> {
    const { name: task } = definition
    try {
      await decodePayload(definition, JSON.stringify(payload), this.#sealing)
      return undefined
    } catch (error) {
      const hint = `let ${task} accept such payloads, or change them: ks bg edit <id>`
      return { kind: 'invalid-payload', task, message: messageOf(error), hint }
    }
  }

  #unknown(task: string): Mistake {
    const meant = didYouMean(task, this.#registry.names)
    const question = meant ? `; was it renamed to ${meant}?` : ''
    const hint = `bring tasks/${task} back until they have run, or: ks bg cancel --where task:${JSON.stringify(task)}`
    const message = `jobs wait for a task that does not exist: ${task}${question}`
    return { kind: 'unknown-task', task, message, hint }
  }

  #note(mistake: Mistake, id?: string): void {
    const found = this.#found.get(mistake.message) ?? { mistake, jobs: [], count: 0 }
    this.#found.set(mistake.message, found)
    if (id === undefined) return
    found.count++
    if (found.jobs.length < MOST_IDS) found.jobs.push(id)
  }
}
