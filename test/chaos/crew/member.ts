import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Recorder } from '../history/recorder.ts'
import { remember } from '../lifeline.ts'
import type { Assignment } from './assignment.ts'
import type { Errand } from './order.ts'

export type Role = 'worker' | 'producer'

export interface Post {
  readonly role: Role
  /** What the incarnations of this post are called, with a number behind it. */
  readonly name: string
  readonly url: string
  readonly listen: boolean
  readonly seed: number
  readonly rate: number
}

/** Where its programs are, where it writes what it sees, and the directory of the run. */
export interface Places {
  readonly programs: string
  readonly history: string
  readonly directory: string
}

const AGAIN_MS = 500

/** A post in the crew: a process that is started again whenever it ends. */
export class Member {
  readonly post: Post
  /** Called when it has got a job that calls. */
  onCall: () => void = () => {}
  readonly #recorder: Recorder
  readonly #places: Places
  #child: ChildProcess | undefined
  #incarnation = 0
  #ordered = false
  #retired = false

  constructor(post: Post, places: Places, recorder: Recorder) {
    this.post = post
    this.#places = places
    this.#recorder = recorder
  }

  /** The name of the process that is there now. */
  get name(): string {
    return `${this.post.name}.${this.#incarnation}`
  }

  async start(): Promise<void> {
    const { role, url, listen, seed, rate } = this.post
    this.#incarnation++
    this.#ordered = false
    const { name } = this
    const assignment: Assignment = {
      name,
      url,
      listen,
      rate,
      seed: seed + this.#incarnation,
      history: this.#places.history,
    }
    const child = fork(join(this.#places.programs, `${role}.js`), [JSON.stringify(assignment)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--enable-source-maps'],
    })
    this.#child = child
    remember(this.#places.directory, child.pid as number)
    this.#recorder.tell({ event: 'spawned', process: name, pid: child.pid as number })
    child.on('error', () => {})
    child.on('message', message => message === 'called' && this.onCall())
    child.once('exit', (code, signal) => this.#exited(name, code, signal))
    await Promise.race([once(child, 'message'), once(child, 'exit')])
  }

  /** Sends a signal. One that ends the process is an order. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL' || signal === 'SIGTERM') this.#ordered = true
    this.#child?.kill(signal)
  }

  tell(message: 'pause' | 'go on' | Errand): void {
    if (this.#child?.connected) this.#child.send(message)
  }

  /** Ends in order, for good; by force after `patience` milliseconds. */
  async retire(patience: number): Promise<void> {
    this.#retired = true
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    const force = setTimeout(() => {
      this.#ordered = false
      child.kill('SIGKILL')
    }, patience)
    this.#ordered = true
    child.kill('SIGCONT')
    if (this.post.role === 'worker') child.kill('SIGTERM')
    else if (child.connected) child.send('stop')
    await gone
    clearTimeout(force)
  }

  #exited(name: string, code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal ?? `exit code ${code}`
    this.#recorder.tell({ event: 'exited', process: name, how, ordered: this.#ordered })
    if (!this.#retired) setTimeout(() => void (this.#retired || this.start()), AGAIN_MS)
  }
}
