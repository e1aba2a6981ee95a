import type { Service } from './service.ts'

/** One step of a loop: does its work and says in how many milliseconds it wants to be called again; Infinity: when woken. */
export type Step = () => Promise<number>

/** What setTimeout can count; longer rests end by a wake-up only. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Repeats `step` until stopped; a step answers with the delay to the next one. `wake()` cuts the delay
 * short, and a wake-up during a step is remembered: the next step follows at once. Steps never overlap.
 * A step that throws ends nothing: `onError` hears of it and answers with the delay.
 */
export class Loop implements Service {
  readonly #step: Step
  readonly #onError: (error: unknown) => number
  #running = false
  #woken = false
  #turn: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #wakeUp: () => void = () => {}

  constructor(step: Step, onError: (error: unknown) => number) {
    this.#step = step
    this.#onError = onError
  }

  async start(): Promise<void> {
    if (this.#running) return
    this.#running = true
    this.#turn = this.#run()
  }

  /** Ends the loop and waits for the step that is under way. */
  async stop(): Promise<void> {
    this.#running = false
    this.#wakeUp()
    await this.#turn
  }

  wake(): void {
    if (this.#woken) return
    this.#woken = true
    this.#wakeUp()
  }

  async #run(): Promise<void> {
    while (this.#running) {
      this.#woken = false
      const delay = await this.#step().catch(this.#onError)
      if (this.#running && !this.#woken && delay > 0) await this.#rest(delay)
    }
  }

  #rest(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.#wakeUp = () => {
        clearTimeout(this.#timer)
        this.#wakeUp = () => {}
        resolve()
      }
      if (ms < LONGEST_TIMER) this.#timer = setTimeout(resolve, ms)
    })
  }
}
