/** With notifications a look is only a backstop. */
const LOOKS_WHEN_LISTENING = [250, 1_000, 5_000]
const LOOKS_WHEN_POLLING = [25, 50, 100, 250, 500, 1_000, 2_000]

/** How often an idle worker looks for work: soon after it had some, then ever more rarely. */
export class Pace {
  listening = false
  #looks = 0

  /** Milliseconds to the next look. */
  next(): number {
    const delays = this.listening ? LOOKS_WHEN_LISTENING : LOOKS_WHEN_POLLING
    const delay = delays[Math.min(this.#looks++, delays.length - 1)] as number
    return delay * (0.85 + Math.random() * 0.3)
  }

  /** There was work: more may follow soon. */
  reset(): void {
    this.#looks = 0
  }
}
