import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { Passage } from './passage.ts'

/**
 * The wire between one process and the database: a TCP proxy that can be disturbed. Faults that are not cuts apply to
 * open connections and to those that are opened later, until `heal`.
 */
export class Wire {
  readonly #server: Server
  readonly #passages = new Set<Passage>()
  readonly #target: () => number
  #disturb: (passage: Passage) => void = () => {}
  #refuses = false

  /** Leads to the port that `target` answers when a connection is opened. */
  constructor(target: () => number) {
    this.#target = target
    this.#server = createServer({ allowHalfOpen: true }, client => this.#open(client))
  }

  async lay(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  /** Every byte arrives `ms` later, in both directions. */
  delay(ms: number): void {
    this.#apply(passage => passage.delay(ms))
  }

  /** At most so many bytes in a second and direction. */
  throttle(bytesPerSecond: number): void {
    this.#apply(passage => passage.throttle(bytesPerSecond))
  }

  /** Half open: nothing arrives on either side any more, and nobody is told. It is all lost. */
  freeze(): void {
    this.#apply(passage => passage.lose('both'))
  }

  /** What the server says gets lost; what the client says arrives. */
  mute(): void {
    this.#apply(passage => passage.lose('answers'))
  }

  /** What the client says is kept on the way until `heal`, and then arrives late, if the client still waits or not. */
  hold(): void {
    this.#apply(passage => passage.hold())
  }

  /** Each connection is reset after the server has said so many bytes more. */
  dropAfter(bytes: number): void {
    this.#apply(passage => passage.resetAfter(bytes))
  }

  /** Nobody answers at the door any more, and open connections are reset. */
  refuse(): void {
    this.#refuses = true
    this.reset()
  }

  /** Ends all connections with an RST; new ones work. */
  reset(): void {
    for (const passage of this.#passages) passage.reset()
  }

  /** New connections work as ever. What was kept arrives; connections of which something got lost are reset. */
  heal(): void {
    this.#refuses = false
    this.#disturb = () => {}
    for (const passage of this.#passages) passage.heal()
  }

  async end(): Promise<void> {
    this.reset()
    await new Promise(resolve => this.#server.close(resolve))
  }

  #apply(disturb: (passage: Passage) => void): void {
    this.#disturb = disturb
    for (const passage of this.#passages) disturb(passage)
  }

  #open(client: Socket): void {
    if (this.#refuses) return void client.resetAndDestroy()
    const passage = new Passage(
      client,
      connect({ host: '127.0.0.1', port: this.#target(), allowHalfOpen: true }),
    )
    this.#passages.add(passage)
    client.once('close', () => this.#passages.delete(passage))
    this.#disturb(passage)
  }
}
