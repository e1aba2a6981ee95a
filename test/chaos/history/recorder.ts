import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Told } from './event.ts'

/**
 * Writes down what one process sees. Each event is in the hands of the operating system when `tell` returns, so that
 * a process that is killed has told all it has done.
 */
export class Recorder {
  readonly #file: number
  readonly #by: string

  constructor(directory: string, by: string) {
    this.#file = openSync(join(directory, `${by}.ndjson`), 'a')
    this.#by = by
  }

  tell(told: Told): void {
    // microseconds since the machine started, the same for all its processes
    const at = Number(process.hrtime.bigint() / 1_000n) / 1_000
    writeSync(this.#file, `${JSON.stringify({ at, by: this.#by, ...told })}\n`)
  }
}
