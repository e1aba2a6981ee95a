import type { Socket } from 'node:net'

/** What goes through a connection one way. Chunks leave in the order in which they came, however long each takes. */
export class Direction {
  readonly #from: Socket
  readonly #to: Socket
  readonly #kept: (Buffer | 'end')[] = []
  readonly #underWay: (Buffer | 'end')[] = []
  #state: 'open' | 'holding' | 'losing' = 'open'
  #freeAt = 0
  #left = Number.POSITIVE_INFINITY
  #onUsedUp = () => {}
  /** Milliseconds that each chunk is late. */
  delay = 0
  bytesPerSecond = Number.POSITIVE_INFINITY
  /** Whether something that came in will never arrive. */
  hasLost = false

  constructor(from: Socket, to: Socket) {
    this.#from = from
    this.#to = to
    from.on('data', chunk => this.#take(chunk))
    from.on('end', () => this.#take('end'))
  }

  lose(): void {
    this.#state = 'losing'
    this.hasLost = true
  }

  hold(): void {
    this.#state = 'holding'
  }

  /** Calls `then` when so many more bytes have gone through; the rest gets lost. */
  afterBytes(bytes: number, then: () => void): void {
    this.#left = bytes
    this.#onUsedUp = then
  }

  heal(): void {
    this.#state = 'open'
    this.delay = 0
    this.bytesPerSecond = this.#left = Number.POSITIVE_INFINITY
    for (const chunk of this.#kept.splice(0)) this.#pass(chunk)
  }

  #take(chunk: Buffer | 'end'): void {
    if (this.#state === 'losing') return
    if (this.#state === 'holding') this.#kept.push(chunk)
    else this.#pass(chunk)
  }

  #pass(chunk: Buffer | 'end'): void {
    const now = performance.now()
    const length = chunk === 'end' ? 0 : chunk.length
    const at = Math.max(this.#freeAt, now + this.delay) + (length / this.bytesPerSecond) * 1_000
    this.#freeAt = at
    if (at - now < 1 && this.#underWay.length === 0) return this.#write(chunk)
    this.#underWay.push(chunk)
    // a narrow wire must not fill our memory: who sends has to wait
    if (this.bytesPerSecond < Number.POSITIVE_INFINITY) this.#from.pause()
    setTimeout(() => this.#arrive(), at - now)
  }

  /** The first of those under way, whichever timer it was: none overtakes another. */
  #arrive(): void {
    const chunk = this.#underWay.shift()
    if (this.#state !== 'losing') this.#write(chunk as Buffer | 'end')
    this.#from.resume()
  }

  #write(chunk: Buffer | 'end'): void {
    if (this.#to.destroyed) return
    if (chunk === 'end') return void this.#to.end()
    if (chunk.length <= this.#left) {
      this.#left -= chunk.length
      this.#to.write(chunk)
      return
    }
    this.#to.write(chunk.subarray(0, this.#left))
    this.#left = Number.POSITIVE_INFINITY
    this.lose()
    this.#onUsedUp()
  }
}
