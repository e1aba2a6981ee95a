import type { Random } from '../random.ts'
import { type Errand, MAX_ATTEMPTS, type Order, SERIAL_QUEUES, WIDE_QUEUES } from './order.ts'
import type { Wish } from './wish.ts'

/** What jobs a producer wants: short and long ones, some that fail, with and without queues, some for later. */
export class Demand {
  readonly #name: string
  readonly #random: Random
  #count = 0

  constructor(name: string, random: Random) {
    this.#name = name
    this.#random = random
  }

  next(): Wish {
    const random = this.#random
    const queue = this.#queue()
    const delay = random.chance(0.05) ? random.between(200, 4_000) : undefined
    return this.#wish('Work', { ms: this.#duration(queue), fails: this.#failures() }, { queue, delay })
  }

  errand({ task, ms, queue, calls }: Errand): Wish {
    return this.#wish(task, { ms, fails: 0, calls }, { queue })
  }

  #wish(
    task: string,
    work: Omit<Order, 'uid'>,
    { queue, delay }: { readonly queue?: string | undefined; readonly delay?: number | undefined },
  ): Wish {
    const uid = `${this.#name}-${++this.#count}`
    const maxAttempts = task === 'Kill' ? 25 : MAX_ATTEMPTS
    return {
      task,
      options: {
        payload: { uid, ...work },
        maxAttempts,
        ...(queue !== undefined && { queue }),
        ...(delay !== undefined && { in: delay }),
      },
      asked: { uid, queue, delay, maxAttempts },
    }
  }

  #queue(): string | undefined {
    const random = this.#random
    if (random.chance(0.5)) return undefined
    return random.chance(0.8) ? random.pick(SERIAL_QUEUES) : random.pick(Object.keys(WIDE_QUEUES))
  }

  /** Queues need short jobs to keep up. Long ones are still under way when somebody else has them. */
  #duration(queue: string | undefined): number {
    const random = this.#random
    if (queue === undefined && random.chance(0.06)) return random.between(500, 6_000)
    return random.chance(0.3) ? 0 : random.between(1, 25)
  }

  #failures(): number {
    const random = this.#random
    if (random.chance(0.95)) return 0
    return random.chance(0.8) ? 1 : MAX_ATTEMPTS
  }
}
