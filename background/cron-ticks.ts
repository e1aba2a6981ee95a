import { Cron } from 'croner'
import { readExpression } from './cron-expression.ts'

/**
 * The ticks of an expression in a time zone. An expression whose second, minute and hour are written without `*` and
 * `/` means times of day: one that the clock skips comes right after the gap, one that it shows twice comes once.
 * All others count time: every hour is every hour, whatever clocks show.
 */
export class Ticks {
  readonly #cron: Cron

  /** Both must have been checked; see {@link CronOptions}. */
  constructor(expression: string, timeZone: string) {
    const { pattern, mistakes } = readExpression(expression)
    if (mistakes[0]) throw new RangeError(mistakes[0].message)
    this.#cron = new Cron(pattern, {
      paused: true,
      timezone: timeZone,
      mode: '6-part',
      fixedTimeRule: 'no-wildcard',
    })
  }

  /** The first tick after a time; times are in milliseconds since 1970. */
  after(time: number): number | undefined {
    return this.#cron.nextRun(new Date(time))?.getTime()
  }

  /** The last tick that is not after a time. */
  until(time: number): number | undefined {
    return this.#cron.previousRuns(1, new Date(time + 1))[0]?.getTime()
  }
}
