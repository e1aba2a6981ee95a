import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { setup as build } from './build.ts'
import { eventually } from './eventually.ts'

const SCRIPT = fileURLToPath(new URL('./worker-process.mjs', import.meta.url))

/** A worker in a process of its own. */
export interface WorkerProcess {
  readonly name: string
  /** How often it has told of `event`. */
  told(event: string): number
  /** Sends a signal; the answer is there when the process is gone, if it goes. */
  signal(signal: NodeJS.Signals): Promise<void>
  readonly hasEnded: boolean
}

/** Processes of one test; end them when it is over. */
export class WorkerProcesses {
  readonly #url: string
  readonly #children: ChildProcess[] = []

  constructor(url: string) {
    this.#url = url
  }

  async start(name: string, config: object = {}): Promise<WorkerProcess> {
    await build()
    const child = spawn(process.execPath, [SCRIPT, name, this.#url, JSON.stringify(config)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#children.push(child)
    const told = new Map<string, number>()
    createInterface({ input: child.stdout }).on('line', line => {
      const { event } = JSON.parse(line) as { event: string }
      told.set(event, (told.get(event) ?? 0) + 1)
    })
    await eventually(() => told.get('worker:ready'), 20_000)
    return {
      name,
      told: event => told.get(event) ?? 0,
      async signal(signal) {
        const gone = once(child, 'exit')
        child.kill(signal)
        if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone
      },
      get hasEnded() {
        return child.exitCode !== null || child.signalCode !== null
      },
    }
  }

  /** Ends those that are left, also halted ones. */
  async end(): Promise<void> {
    await Promise.all(
      this.#children
        .filter(child => child.exitCode === null && child.signalCode === null)
        .map(child => {
          const gone = once(child, 'exit')
          child.kill('SIGKILL')
          return gone
        }),
    )
  }
}
