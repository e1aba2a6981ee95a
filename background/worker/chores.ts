import type { Connection } from '../../framework/connection.ts'
import type { Service } from '../../framework/service.ts'
import type { CronEntry } from '../cron.ts'
import type { Cancellation } from '../engine/cancellations.ts'
import { ring } from '../engine/ring.ts'
import type { Emitter } from '../events.ts'
import { type Registry, retentionOf } from '../registry.ts'
import { Cancellations } from './cancellations.ts'
import { Maintenance, retentionsOf } from './maintenance.ts'
import type { Report } from './report.ts'
import { Scheduler } from './scheduler.ts'
import { Tally } from './tally.ts'

export interface ChoresOptions {
  readonly connection: Connection
  readonly events: Emitter
  readonly registry: Registry
  /** Seconds a finished job is kept by default. */
  readonly keep: number
  /** The cron entries from code; undefined leaves cron to others. */
  readonly cron: readonly CronEntry[] | undefined
  /** Jobs of these kinds wait now; see ring. */
  readonly onWork: (what: string) => void
  /** These run somewhere, perhaps here, and are to be cancelled. */
  readonly onWanted: (wanted: readonly Cancellation[]) => void
}

/** What a worker does beside running jobs: maintenance, cron, counting, and seeing to it that cancellations are obeyed. */
export class Chores implements Service {
  readonly #maintenance: Maintenance
  readonly #cancellations: Cancellations
  readonly #scheduler: Scheduler | undefined
  readonly #connection: Connection
  readonly #tally: Tally

  constructor({ connection, events, registry, keep, cron, onWork, onWanted }: ChoresOptions) {
    this.#connection = connection
    this.#tally = new Tally(connection)
    this.#maintenance = new Maintenance({
      ...{ connection, events, keep, retentions: retentionsOf(registry, keep) },
      onRescued: () => onWork(''),
    })
    this.#cancellations = new Cancellations({
      ...{ connection, events, retention: retentionOf(registry, keep), onWanted },
    })
    this.#scheduler = cron && new Scheduler({ connection, events, entries: cron, onScheduled: onWork })
  }

  async start(): Promise<void> {
    await this.#maintenance.start()
    await this.#scheduler?.start()
  }

  /** Schedules nothing more, and waits for what is being scheduled. */
  async retire(): Promise<void> {
    await this.#scheduler?.stop()
  }

  async stop(): Promise<void> {
    await Promise.all([
      ...[this.retire(), this.#maintenance.stop()],
      ...[this.#cancellations.settled(), this.#tally.tell()],
    ])
  }

  /** `worker` has told how attempts ended; what it gave back is for others, who may rest. */
  reported(report: Report, worker: string): void {
    if (report.hasReleases) ring(this.#connection).catch(() => {})
    this.#tally.add(report, worker)
  }

  /** Somebody rang: the chores among `what` are for us. */
  hear(what: string): void {
    if (what.includes('cron')) this.#scheduler?.reload()
    if (what.includes('cancel')) this.#cancellations.look()
  }

  set listening(listening: boolean) {
    if (this.#scheduler) this.#scheduler.listening = listening
  }

  /** Another worker died. */
  rescue(): void {
    this.#maintenance.rescue()
  }
}
