import pg from 'pg'
import type { Recorder } from './history/recorder.ts'

const LOOK_MS = 500
/** With more jobs waiting than that producers pause, or a slow machine would never come to an end. */
const MOST_WAITING = 1_500

export interface LookoutOptions {
  /** Where the database is now. */
  readonly url: () => string
  readonly recorder: Recorder
  readonly onTooMany: (tooMany: boolean) => void
}

/**
 * Watches a run from outside: what dead workers still hold in the database, how many jobs wait, and whether this machine
 * is so busy that nobody could do anything.
 */
export class Lookout {
  readonly #options: LookoutOptions
  #client: pg.Client | undefined
  #waiting = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #expectedAt = 0

  constructor(options: LookoutOptions) {
    this.#options = options
  }

  /** Jobs that are not finished, as far as is known. */
  get waiting(): number {
    return this.#waiting
  }

  start(): void {
    this.#next()
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#client?.end().catch(() => {})
  }

  #next(): void {
    this.#expectedAt = performance.now() + LOOK_MS
    this.#timer = setTimeout(() => void this.#look(), LOOK_MS)
  }

  async #look(): Promise<void> {
    const late = performance.now() - this.#expectedAt
    if (late > LOOK_MS) this.#options.recorder.tell({ event: 'stutter', ms: late })
    try {
      await this.#ask()
    } catch {
      void this.#client?.end().catch(() => {})
      this.#client = undefined
    }
    if (this.#timer) this.#next()
  }

  async #ask(): Promise<void> {
    this.#client ??= await connect(this.#options.url())
    const { rows: expired } = await this.#client.query<{ life: string; ms: number; jobs: number }>(EXPIRED)
    for (const one of expired) this.#options.recorder.tell({ event: 'expired', ...one })
    const { rows } = await this.#client.query<{ count: number }>('select count(*)::int from background.job')
    this.#waiting = rows[0]?.count ?? 0
    this.#options.onTooMany(this.#waiting > MOST_WAITING)
  }
}

const EXPIRED = `
select w.id::text as life, extract(epoch from clock_timestamp() - w.lease_until)::float8 * 1000 as ms,
       sum(cardinality(c.ids))::int as jobs
  from background.worker w join background.claim c on c.worker_id = w.id
 where w.lease_until < clock_timestamp() and w.lease_until > '-infinity' group by w.id, w.lease_until`

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
  })
  client.on('error', () => {})
  await client.connect()
  return client
}
