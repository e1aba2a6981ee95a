import { monotonic } from '../../framework/clock.ts'
import type { Connection } from '../../framework/connection.ts'
import { Loop } from '../../framework/loop.ts'
import type { Service } from '../../framework/service.ts'
import type { CronEntry } from '../cron.ts'
import { type ActiveCron, activeCrons } from '../engine/cron-active.ts'
import { syncCrons } from '../engine/cron-sync.ts'
import { type DueCron, settledAt, type Ticked, tickCrons } from '../engine/cron-tick.ts'
import { isRefusal } from '../engine/refusal.ts'
import { ring } from '../engine/ring.ts'
import type { Emitter } from '../events.ts'
import { Agenda } from './agenda.ts'
import { Backoff } from './backoff.ts'
import { ServerClock } from './server-clock.ts'

export interface SchedulerOptions {
  readonly connection: Connection
  readonly events: Emitter
  /** The entries that this process's code defines. */
  readonly entries: readonly CronEntry[]
  /** Jobs of these kinds wait now; see ring. */
  readonly onScheduled: (what: string) => void
}

/** How long a change of the entries may go unnoticed when no notification tells of it. */
const RELOAD_MS = { listening: 300_000, polling: 30_000 }

/**
 * Turns ticks of cron entries into jobs. Every worker does this for every entry: the database lets one of them
 * through. Sleeps until the next tick, or until it hears that entries have changed.
 */
export class Scheduler implements Service {
  readonly #options: SchedulerOptions
  readonly #loop: Loop
  readonly #agenda = new Agenda()
  readonly #clock = new ServerClock()
  readonly #backoff = new Backoff()
  #reloadAt = 0
  #listening = false

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#loop = new Loop(
      () => this.#step(),
      error => this.#trouble(error),
    )
  }

  /** Notifications arrive, or no longer: what happened before or between went unheard. */
  set listening(listening: boolean) {
    this.#listening = listening
    this.reload()
  }

  async start(): Promise<void> {
    const { connection, entries, events } = this.#options
    const changes = await syncCrons(connection, entries)
    events.emit('cron:synced', changes)
    if (Object.values(changes).some(names => names.length > 0)) await ring(connection, 'cron')
    await this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** The entries may have changed. */
  reload(): void {
    this.#reloadAt = 0
    this.#loop.wake()
  }

  async #step(): Promise<number> {
    if (monotonic() >= this.#reloadAt) await this.#load()
    const due = this.#agenda.due(this.#clock.now)
    if (due.length > 0) await this.#schedule(due)
    this.#backoff.reset()
    return Math.min(this.#agenda.wait(this.#clock.now), this.#reloadAt - monotonic())
  }

  async #load(): Promise<void> {
    this.#reloadAt = monotonic() + (this.#listening ? RELOAD_MS.listening : RELOAD_MS.polling)
    const { entries, now } = await activeCrons(this.#options.connection)
    if (now !== undefined) this.#clock.hear(now)
    await this.#agenda.update(entries, (entry, error) => this.#refuse(entry, error))
  }

  /** An entry that the database will not have must not take its neighbours with it. */
  async #schedule(due: readonly DueCron[]): Promise<void> {
    try {
      this.#learn(due, await tickCrons(this.#options.connection, due))
    } catch (error) {
      if (!isRefusal(error)) throw error
      const [{ entry }, another] = due as [DueCron, DueCron?]
      if (!another) return this.#refuse(entry, error, this.#agenda.putOff(entry.name))
      for (const one of due) await this.#schedule([one])
    }
  }

  #learn(asked: readonly DueCron[], answers: readonly Ticked[]): void {
    const kinds = new Set<string>()
    for (const answer of answers) {
      this.#clock.hear(answer.now)
      const one = asked.find(({ entry }) => entry.name === answer.name)
      if (!one) continue
      if (answer.jobs) this.#tell(one, answer.jobs)
      if (answer.jobs?.length) kinds.add(answer.queued ? 'queued' : 'free')
      this.#follow(one, answer)
    }
    if (kinds.size === 0) return
    const what = [...kinds].join(' ')
    this.#options.onScheduled(what)
    ring(this.#options.connection, what).catch(() => {})
  }

  #follow({ entry, due }: DueCron, { name, jobs, same, settled }: Ticked): void {
    if (jobs) this.#agenda.settle(name, settledAt(due.last))
    else if (!same) this.#reloadAt = 0
    else if (settled && settled.ms !== entry.settled.ms) this.#agenda.settle(name, settled)
    else this.#agenda.putOff(name)
  }

  #tell({ entry, due }: DueCron, jobs: readonly string[]): void {
    const { events } = this.#options
    for (const [index, { at, backfilled }] of due.ticks.entries())
      events.emit('cron:scheduled', {
        entry: entry.name,
        tick: new Date(at),
        job: jobs[index] as string,
        backfilled,
      })
    if (!due.missed) return
    const backfilled = due.ticks.filter(tick => tick.backfilled).length
    const [since, until] = [new Date(entry.settled.ms), new Date(due.last)]
    events.emit('cron:missed', { entry: entry.name, since, until, backfilled })
  }

  #refuse({ name }: ActiveCron, error: unknown, again = 0): void {
    this.#options.events.emit('worker:trouble', { doing: `scheduling the cron entry ${name}`, error, again })
  }

  #trouble(error: unknown): number {
    this.#reloadAt = 0
    const again = this.#backoff.next()
    this.#options.events.emit('worker:trouble', { doing: 'scheduling cron entries', error, again })
    return again
  }
}
