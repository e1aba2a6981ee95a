import { textOption } from './option-checks.ts'

const LONGEST_NAME = 128
const brand: unique symbol = Symbol.for('kretes.queue') as never

/**
 * A named lane of jobs. The jobs of a queue run one at a time, in order, across all workers.
 *
 * @example
 * await Background.schedule({ task: SendEmail, payload, queue: Queue.for('email') })
 */
export class Queue {
  readonly name: string
  readonly [brand] = true

  private constructor(name: string) {
    this.name = name
    Object.freeze(this)
  }

  /**
   * The queue of this name; it need not be created anywhere first.
   *
   * @throws InvalidOption when `name` is not text of 1 to 128 characters.
   */
  static for(name: string): Queue {
    return new Queue(textOption('the name of a queue', name, LONGEST_NAME))
  }
}

/** The name of a queue given as a {@link Queue} or as text, checked. */
export function queueName(queue: Queue | string): string {
  if (typeof queue === 'object' && queue !== null && brand in queue) return queue.name
  return textOption('queue', queue, LONGEST_NAME)
}
