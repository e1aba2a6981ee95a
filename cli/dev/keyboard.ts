import { isCI } from '../../framework/environment.ts'

const [CTRL_C, CTRL_D] = ['\u0003', '\u0004']

/** Single keys, where a person has a terminal; elsewhere there are none. */
export class Keyboard {
  readonly isThere = process.stdin.isTTY === true && process.stdout.isTTY === true && !isCI()
  #press: (key: string) => void = () => {}

  constructor() {
    if (!this.isThere) return
    process.stdin.setRawMode(true).setEncoding('utf8').on('data', this.#read).resume()
  }

  /** Who is told of keys from now on. */
  onPress(press: (key: string) => void): void {
    this.#press = press
  }

  /** The terminal is as it was. */
  close(): void {
    if (!this.isThere) return
    process.stdin.off('data', this.#read).pause()
    process.stdin.setRawMode(false)
  }

  /** A raw terminal sends no signals by itself. */
  readonly #read = (keys: string) => {
    for (const key of keys) {
      if (key === CTRL_C || key === CTRL_D || key === 'q') process.kill(process.pid, 'SIGINT')
      else this.#press(key)
    }
  }
}
