import { join } from 'node:path'
import { Member, type Role } from './crew/member.ts'
import type { Errand } from './crew/order.ts'
import type { Recorder } from './history/recorder.ts'
import type { Disk } from './server/disk.ts'
import { Pooler } from './server/pooler.ts'
import type { Postgres } from './server/postgres.ts'
import { Wire } from './wire/wire.ts'

export interface StageOptions {
  readonly postgres: Postgres
  /** What the data of all servers is on. */
  readonly disk: Disk
  readonly recorder: Recorder
  /** Where everything of this run is, the programs of the crew, and their histories. */
  readonly directory: string
  readonly programs: string
  readonly history: string
  readonly seed: number
  /** Jobs in a second, of all producers. */
  readonly rate: number
}

/** One who acts: a process of the crew, and its own wire to the database. */
export interface Actor {
  readonly member: Member
  readonly wire: Wire
}

export const WORKERS = ['worker-1', 'worker-2', 'worker-3', 'worker-4', 'worker-5']
export const PRODUCERS = ['producer-1', 'producer-2']
/** It hears no notifications and has to look by itself. */
const DEAF = 'worker-4'
/** It goes through PgBouncer, where there is one. */
const POOLED = 'worker-5'

/** Everything that runs: the database, the crew, and the wires between them. */
export class Stage {
  readonly actors = new Map<string, Actor>()
  readonly recorder: Recorder
  readonly disk: Disk
  /** The database that is in charge now. */
  postgres: Postgres
  readonly #options: StageOptions
  #pooler: Pooler | undefined
  readonly #wireOfPooler = new Wire(() => this.postgres.port)
  #onCall: (actor: Actor) => void = () => {}

  constructor(options: StageOptions) {
    this.#options = options
    this.recorder = options.recorder
    this.disk = options.disk
    this.postgres = options.postgres
  }

  async open(): Promise<void> {
    if (!Pooler.lacking) await this.#openPooler()
    await Promise.all(WORKERS.map(name => this.#enter('worker', name)))
    await Promise.all(PRODUCERS.map(name => this.#enter('producer', name)))
  }

  actor(name: string): Actor {
    const actor = this.actors.get(name)
    if (!actor) throw new Error(`there is nobody called ${name}`)
    return actor
  }

  /** Has a job scheduled by somebody who can. */
  order(errand: Errand): void {
    this.actor(PRODUCERS[0] as string).member.tell(errand)
  }

  /** Has a job scheduled that calls; answers who got it, or nothing when nobody did within `patience` ms. */
  orderCalling(errand: Errand, patience: number): Promise<Actor | undefined> {
    return new Promise(resolve => {
      this.#onCall = resolve
      setTimeout(resolve, patience, undefined)
      this.order({ ...errand, calls: true })
    })
  }

  /** Lets producers pause, or go on. */
  pace(tooMany: boolean): void {
    for (const name of PRODUCERS) this.actors.get(name)?.member.tell(tooMany ? 'pause' : 'go on')
  }

  /** Nothing is disturbed any more. */
  heal(): void {
    for (const { member, wire } of this.actors.values()) {
      wire.heal()
      member.signal('SIGCONT')
    }
  }

  /** Ends those whose names are given, in order. */
  async retire(names: readonly string[], patience: number): Promise<void> {
    await Promise.all(names.map(name => this.actors.get(name)?.member.retire(patience)))
  }

  async close(): Promise<void> {
    await this.retire([...this.actors.keys()], 0)
    await Promise.all([...this.actors.values()].map(({ wire }) => wire.end()))
    await this.#pooler?.stop()
    await this.#wireOfPooler.end()
  }

  async #openPooler(): Promise<void> {
    const { directory } = this.#options
    this.#pooler = await Pooler.start(
      join(directory, 'pooler'),
      this.postgres,
      await this.#wireOfPooler.lay(),
    )
  }

  async #enter(role: Role, name: string): Promise<void> {
    const { directory, programs, history, seed, rate } = this.#options
    const wire = new Wire(() => (name === POOLED && this.#pooler?.port) || this.postgres.port)
    const port = await wire.lay()
    const number = this.actors.size
    const post = {
      ...{ role, name, url: this.postgres.url(port), listen: name !== DEAF },
      ...{ seed: seed * 1_000 + number * 100, rate: rate / PRODUCERS.length },
    }
    const places = { directory, programs: join(programs, 'test/chaos/crew'), history }
    const member = new Member(post, places, this.recorder)
    const actor = { member, wire }
    member.onCall = () => this.#onCall(actor)
    this.actors.set(name, actor)
    await member.start()
  }
}
