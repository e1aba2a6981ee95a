import { nextTurn } from '../../framework/clock.ts'
import type { Stream } from '../output.ts'

/** Writes what comes in one turn of the event loop at once: a system call for each of 100,000 jobs a second is too much. */
export class BatchedLines {
  readonly #stream: Stream
  #lines: string[] = []

  constructor(stream: Stream) {
    this.#stream = stream
  }

  add(line: string): void {
    if (this.#lines.push(line) === 1) void nextTurn().then(() => this.flush())
  }

  flush(): void {
    if (this.#lines.length === 0) return
    this.#stream.write(`${this.#lines.join('\n')}\n`)
    this.#lines = []
  }
}
