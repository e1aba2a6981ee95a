import type { Connection } from '../../framework/connection.ts'
import { Loop } from '../../framework/loop.ts'
import type { Service } from '../../framework/service.ts'
import { dropHistory, prepareHistory } from '../engine/history.ts'
import { rescue } from '../engine/rescue.ts'
import { sweep } from '../engine/sweep.ts'
import type { Emitter } from '../events.ts'
import type { Registry } from '../registry.ts'
import { tellDiscarded } from './news.ts'

const HOUR_MS = 3_600_000
const AGAIN_MS = 60_000
const SECONDS_PER_DAY = 86_400

export interface MaintenanceOptions {
  readonly connection: Connection
  readonly events: Emitter
  /** Seconds a finished job is kept by default. */
  readonly keep: number
  /** Every retention in use, in seconds. */
  readonly retentions: readonly number[]
  /** Jobs wait again that a dead worker had. */
  readonly onRescued: () => void
}

/** The chores of the house, done by every worker and coordinated by row locks: rescue the dead, turn history over. */
export class Maintenance implements Service {
  readonly #options: MaintenanceOptions
  readonly #history: Loop
  #rescue: Promise<void> | undefined

  constructor(options: MaintenanceOptions) {
    this.#options = options
    this.#history = new Loop(
      () => this.#turnOver(),
      error => this.#trouble('turning history over', error, AGAIN_MS),
    )
  }

  start(): Promise<void> {
    return this.#history.start()
  }

  async stop(): Promise<void> {
    await this.#history.stop()
    await this.#rescue
  }

  /** Somebody died: takes the jobs back, unless that is being done already. */
  rescue(): void {
    this.#rescue ??= this.#rescueAll().finally(() => {
      this.#rescue = undefined
    })
  }

  async #rescueAll(): Promise<void> {
    const { connection, events, keep, onRescued } = this.#options
    try {
      const rescued = await rescue(connection, keep)
      if (rescued.length === 0) return
      const discarded = rescued.filter(job => job.discarded !== undefined)
      events.emit('worker:rescued', { jobs: rescued.length - discarded.length, discarded: discarded.length })
      for (const job of discarded) tellDiscarded(events, job, job.discarded as string)
      onRescued()
    } catch (error) {
      this.#trouble('rescuing jobs', error, 0)
    }
  }

  async #turnOver(): Promise<number> {
    const days = this.#options.retentions.map(seconds => Math.floor(seconds / SECONDS_PER_DAY))
    await prepareHistory(this.#options.connection, [...new Set(days)])
    await dropHistory(this.#options.connection)
    await sweep(this.#options.connection)
    return HOUR_MS * (0.9 + Math.random() * 0.2)
  }

  #trouble(doing: string, error: unknown, again: number): number {
    this.#options.events.emit('worker:trouble', { doing, error, again })
    return again
  }
}

/** Every retention in use, in seconds: `keep` by default, and those that tasks have of their own. */
export function retentionsOf(registry: Registry, keep: number): number[] {
  const own = registry.names.map(name => registry.get(name).retention).filter(ms => ms !== undefined)
  return [keep, ...own.map(ms => Math.ceil(ms / 1_000))].filter(seconds => seconds > 0)
}
