import type { Client, Overview, Pulse } from '../../background/operator.ts'
import { Loop } from '../../framework/loop.ts'

/** What happened since the last look. */
export interface News {
  /** Where: `jobs`, `queues`, `crons`, `workers`, `activity`. */
  readonly topics: readonly string[]
  readonly counts: Pick<Overview, 'states' | 'more' | 'waited' | 'workers'>
}

type Watcher = (news: News) => void

const LOOK_MS = 1_000
const AFTER_TROUBLE_MS = 5_000

/** Looks once a second whether something has happened, for everybody who watches together; for nobody it does nothing. */
export class Sampler {
  readonly #client: () => Promise<Client>
  readonly #watchers = new Set<Watcher>()
  #loop: Loop | undefined
  #last: Record<string, string> | undefined

  constructor(client: () => Promise<Client>) {
    this.#client = client
  }

  /** How many watch. */
  get watchers(): number {
    return this.#watchers.size
  }

  /** Tells `watcher` of all news until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    if (!this.#loop) this.#begin()
    return () => {
      this.#watchers.delete(watcher)
      if (this.#watchers.size === 0) this.#end()
    }
  }

  #begin(): void {
    this.#last = undefined
    this.#loop = new Loop(
      () => this.#look(),
      () => AFTER_TROUBLE_MS,
    )
    void this.#loop.start()
  }

  #end(): void {
    void this.#loop?.stop()
    this.#loop = undefined
  }

  async #look(): Promise<number> {
    const { statistics } = await this.#client()
    const [pulse, overview] = await Promise.all([statistics.pulse(), statistics.overview()])
    const now = marks(pulse, overview)
    const before = this.#last
    this.#last = now
    const topics = Object.keys(now).filter(topic => before && now[topic] !== before[topic])
    const { states, more, waited, workers } = overview
    const news = { topics, counts: { states, more, waited, workers } }
    if (topics.length > 0) for (const watcher of this.#watchers) watcher(news)
    return LOOK_MS
  }
}

/** Of what was counted, only what does not change by itself as time goes by. */
function marks({ jobs, ...others }: Pulse, { states, totals }: Overview): Record<string, string> {
  return { ...others, jobs: [jobs, JSON.stringify(states), JSON.stringify(totals)].join(' ') }
}
