import { checkCronOption, nextTicks } from '../../../../background/operator.ts'
import { UsageError } from '../../../errors.ts'
import { print, printJson, say } from '../../../output.ts'
import { localTime, relativeTime } from '../../../relative-time.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { withOperator } from '../with-operator.ts'

export interface CronNextOptions extends RemoteOptions {
  readonly tz?: string
  readonly count?: number
}

interface Rhythm {
  readonly expression: string
  readonly timeZone: string
  readonly pausedAt?: Date | undefined
}

/** `0 8 * * *`, `@daily` */
const EXPRESSION = /\s|^@/

/** What `ks bg cron next` does. */
export async function runCronNext(entry: string, options: CronNextOptions): Promise<void> {
  const rhythm = EXPRESSION.test(entry.trim()) ? expressionOf(entry, options) : await entryOf(entry, options)
  const { expression, timeZone, pausedAt } = rhythm
  const next = nextTicks(rhythm, options.count ?? 5, new Date())
  if (options.json) return printJson({ expression, timeZone, next })
  if (pausedAt) say(`it is paused since ${localTime(pausedAt)}; this is when it would be due`)
  if (next.length === 0) say('never')
  for (const time of next) print(`${localTime(time)}  ${relativeTime(time)}`)
}

function expressionOf(expression: string, { tz: timeZone = 'UTC' }: CronNextOptions): Rhythm {
  return {
    expression: checkCronOption('expression', expression.trim()),
    timeZone: checkCronOption('timeZone', timeZone, '--tz'),
  }
}

async function entryOf(name: string, options: CronNextOptions): Promise<Rhythm> {
  if (options.tz !== undefined)
    throw new UsageError('an entry has its own time zone', 'leave --tz out, or write an expression in quotes')
  return withOperator(options, operator => operator.crons.get(name))
}
