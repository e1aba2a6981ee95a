import type { Socket } from 'node:net'
import { Direction } from './direction.ts'

/** One connection through a wire: what the client says goes to the server, and back. */
export class Passage {
  readonly #sockets: readonly [Socket, Socket]
  readonly #questions: Direction
  readonly #answers: Direction

  constructor(client: Socket, server: Socket) {
    this.#sockets = [client, server]
    this.#questions = new Direction(client, server)
    this.#answers = new Direction(server, client)
    for (const socket of this.#sockets) {
      socket.setNoDelay(true)
      socket.on('error', () => this.reset())
    }
    server.once('close', () => client.destroy())
    client.once('close', () => server.destroy())
  }

  delay(ms: number): void {
    this.#both(direction => {
      direction.delay = ms
    })
  }

  throttle(bytesPerSecond: number): void {
    this.#both(direction => {
      direction.bytesPerSecond = bytesPerSecond
    })
  }

  lose(what: 'both' | 'answers'): void {
    this.#answers.lose()
    if (what === 'both') this.#questions.lose()
  }

  hold(): void {
    this.#questions.hold()
  }

  resetAfter(bytes: number): void {
    this.#answers.afterBytes(bytes, () => this.reset())
  }

  reset(): void {
    for (const socket of this.#sockets) resetOne(socket)
  }

  heal(): void {
    if (this.#questions.hasLost || this.#answers.hasLost) return this.reset()
    this.#both(direction => direction.heal())
  }

  #both(change: (direction: Direction) => void): void {
    change(this.#questions)
    change(this.#answers)
  }
}

/** One that says goodbye just now cannot be reset: Node would never let go of it, and never exit. */
function resetOne(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
