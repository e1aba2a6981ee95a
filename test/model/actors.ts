import pg from 'pg'
import { isMissingReference } from '../../background/engine/refusal.ts'
import { ENGINE_SESSION } from '../../background/engine/session.ts'
import type { Call } from '../../framework/executor.ts'

export type Ending = 'commit' | 'rollback'

/** Between two of its steps an actor stands still for as long as the others need. */
const PATIENCE = { idle_in_transaction_session_timeout: '0' }

/** A connection with a transaction that goes one step at a time. */
export class Actor {
  readonly #client: pg.Client
  readonly #witness: pg.Client
  readonly #pid: number
  #answer: Promise<void> | undefined
  #waits = false
  #error: unknown

  private constructor(client: pg.Client, witness: pg.Client, pid: number) {
    this.#client = client
    this.#witness = witness
    this.#pid = pid
  }

  /** The witness sees who waits for whom. */
  static async come(url: string, witness: pg.Client): Promise<Actor> {
    const settings = Object.entries({ ...ENGINE_SESSION, ...PATIENCE })
    const options = settings.map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`).join(' ')
    const client = new pg.Client({ connectionString: url, options })
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return new Actor(client, witness, rows[0]?.pid as number)
  }

  /** Whether its last statement waits for a lock of another. */
  get waits(): boolean {
    return this.#waits
  }

  begin(): Promise<unknown> {
    this.#error = undefined
    return this.#client.query('begin')
  }

  /** Sends a statement, and comes back when it is answered, or waits for a lock of another. */
  async say([{ text }, values]: Call): Promise<void> {
    if (this.#error !== undefined) return
    this.#waits = true
    this.#answer = this.#client
      .query(text, [...values])
      .catch(error => {
        this.#error = error
      })
      .then(() => {
        this.#waits = false
      })
    await this.goOn()
  }

  /** What it waited for may be over. */
  async goOn(): Promise<void> {
    while (this.#waits) {
      const { rows } = await this.#witness.query('select cardinality(pg_blocking_pids($1)) > 0 as waits', [
        this.#pid,
      ])
      if (rows[0]?.waits) return
    }
    await this.#answer
  }

  /** @throws what was wrong with a statement, if that is more than that a worker was buried meanwhile */
  async end(how: Ending): Promise<void> {
    await this.#client.query(how)
    if (this.#error !== undefined && !isMissingReference(this.#error)) throw this.#error
  }

  leave(): Promise<void> {
    return this.#client.end()
  }
}

/** One after the other does the next of its steps, as `order` says; who has to wait for another does it afterwards. */
export async function interleave(
  parts: readonly { readonly actor: Actor; readonly calls: readonly Call[]; readonly ending: Ending }[],
  order: readonly number[],
): Promise<void> {
  const next = parts.map(() => 0)
  const isOver = (who: number) => (next[who] as number) > (parts[who]?.calls.length as number)
  const step = async (who: number) => {
    const { actor, calls, ending } = parts[who] as (typeof parts)[number]
    const call = calls[next[who] as number]
    next[who] = (next[who] as number) + 1
    if (call) return actor.say(call)
    await actor.end(ending)
    for (const other of parts) await other.actor.goOn()
  }
  for (const { actor } of parts) await actor.begin()
  const late = order.flatMap(() => parts.map((_, who) => who))
  for (const who of [...order, ...late]) {
    if (!isOver(who) && !parts[who]?.actor.waits) await step(who)
  }
}
