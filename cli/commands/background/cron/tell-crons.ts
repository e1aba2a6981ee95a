import { type CronInfo, nextTicks } from '../../../../background/operator.ts'
import type { CommonOptions } from '../../../options.ts'
import { print, printJson } from '../../../output.ts'
import { localTime } from '../../../relative-time.ts'
import { cronAsJson } from './run-ls.ts'

/** Tells what was done with cron entries: a line for each, or with `--json` all of them as `ks bg cron` has them. */
export function tellCrons(
  crons: readonly CronInfo[],
  { json }: CommonOptions,
  line: (cron: CronInfo) => string,
): void {
  if (json) printJson({ crons: crons.map(cronAsJson) })
  else for (const cron of crons) print(line(cron))
}

/** `, next at 2026-11-22 08:30:00` */
export function nextTick(cron: CronInfo): string {
  const [next] = nextTicks(cron, 1, new Date())
  return next ? `, next at ${localTime(next)}` : ', but is never due again'
}
