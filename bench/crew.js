import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { now } from './clock.js'

const PROGRAM = fileURLToPath(new URL('./crew-member.js', import.meta.url))
const PATIENCE_MS = 5_000

/** Worker processes of a contestant: first they load their code, then they start together. */
export class Crew {
  #members
  #waiting = []
  #failure

  /** `assignment`: contestant, variant, case and target, see crew-member.js. */
  constructor(size, assignment) {
    this.#members = Array.from({ length: size }, () => this.#hire(assignment))
  }

  /** How many jobs have been started so far. */
  get ran() {
    return this.#members.reduce((sum, member) => sum + member.ran, 0)
  }

  /** When the last of them had its worker running. */
  get readyAt() {
    return Math.max(...this.#members.map(member => member.readyAt ?? Number.NaN))
  }

  loaded() {
    return this.#until(() => this.#members.every(member => member.loaded))
  }

  start() {
    for (const { child } of this.#members) child.send('start')
  }

  ready() {
    return this.#until(() => this.#members.every(member => member.readyAt !== undefined))
  }

  /** Whether `count` jobs were started before `deadline`. */
  reached(count, deadline) {
    return this.#until(() => this.ran >= count, deadline)
  }

  /** What the members have to say about themselves: processor time, memory, samples. */
  async reports() {
    for (const { child } of this.#members) child.send('report')
    await this.#until(() => this.#members.every(member => member.report))
    return this.#members.map(member => member.report)
  }

  /** Ends the processes: in order, or the hard way when that takes too long or `force` says so. */
  async dismiss({ force = false } = {}) {
    await Promise.all(
      this.#members.map(async member => {
        const { child } = member
        member.dismissed = true
        if (child.exitCode !== null || child.signalCode !== null) return
        const gone = once(child, 'exit')
        if (force) child.kill('SIGKILL')
        else child.send('stop', () => {})
        const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
        await gone
        clearTimeout(timer)
      }),
    )
  }

  #hire(assignment) {
    const child = fork(PROGRAM, [JSON.stringify(assignment)], {
      execArgv: ['--expose-gc'],
      env: { ...process.env, NO_LOG_SUCCESS: '1' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const member = { child, ran: 0, dismissed: false }
    child.on('message', news => {
      if (news.failed) this.#failure ??= new Error(news.failed)
      Object.assign(member, news)
      this.#look()
    })
    child.on('exit', (code, signal) => {
      if (!member.dismissed) this.#failure ??= new Error(`a worker process ended with ${signal ?? code}`)
      this.#look()
    })
    return member
  }

  #until(condition, deadline) {
    return new Promise((resolve, reject) => {
      const left = deadline === undefined ? undefined : Math.max(0, deadline - now())
      const timer = left === undefined ? undefined : setTimeout(() => this.#end(wait, false), left)
      const wait = { condition, resolve, reject, timer }
      this.#waiting.push(wait)
      this.#look()
    })
  }

  #look() {
    for (const wait of [...this.#waiting]) {
      if (this.#failure) this.#end(wait, this.#failure)
      else if (wait.condition()) this.#end(wait, true)
    }
  }

  #end(wait, result) {
    clearTimeout(wait.timer)
    this.#waiting = this.#waiting.filter(other => other !== wait)
    if (result instanceof Error) wait.reject(result)
    else wait.resolve(result)
  }
}
