import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { KS } from '../support/build.ts'
import type { Ended } from './ks.ts'

const PROGRAM = fileURLToPath(new URL('./warm-process.mjs', import.meta.url))

export interface WarmCall {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** A process that has `ks` loaded and does one call after the other, as if each had a process of its own. */
export class Warm {
  #process: ChildProcess | undefined
  #last: Promise<unknown> = Promise.resolve()

  call(call: WarmCall): Promise<Ended> {
    const ended = this.#last.then(() => this.#send(call))
    this.#last = ended.catch(() => {})
    return ended
  }

  async end(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async #send(call: WarmCall): Promise<Ended> {
    this.#process ??= fork(PROGRAM, [KS], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const over = new AbortController()
    const { signal } = over
    this.#process.send(call)
    try {
      return await Promise.race([
        once(this.#process, 'message', { signal }).then(([ended]) => ended as Ended),
        once(this.#process, 'exit', { signal }).then(([code]) => {
          throw new Error(`ks ${call.args.join(' ')} brought down the process with ${code}`)
        }),
      ])
    } finally {
      over.abort()
    }
  }
}
