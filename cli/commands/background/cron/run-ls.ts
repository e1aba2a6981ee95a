import { type CronInfo, nextTicks } from '../../../../background/operator.ts'
import { printJson, say } from '../../../output.ts'
import { localTime, relativeTime } from '../../../relative-time.ts'
import type { RemoteOptions } from '../../../remote.ts'
import { type Column, printTable } from '../../../table.ts'
import { withOperator } from '../with-operator.ts'
import { shownCrons } from './shown-crons.ts'

const COLUMNS: readonly Column<CronInfo>[] = [
  { header: 'name', least: 10, cell: ({ name }) => name },
  { header: 'task', least: 10, cell: ({ task }) => task },
  { header: 'expression', cell: ({ expression }) => expression },
  { header: 'zone', least: 6, cell: ({ timeZone }) => timeZone },
  { header: 'next', least: 10, cell: describeNext },
  { header: 'last', cell: ({ lastTick }) => (lastTick ? relativeTime(lastTick) : '') },
  { header: 'from', cell: ({ source }) => source },
]

/** What `ks bg cron ls` does. */
export async function runCronLs(options: RemoteOptions): Promise<void> {
  const crons = await withOperator(options, async operator =>
    shownCrons(await operator.crons.list(), operator),
  )
  if (options.json) return printJson({ crons: crons.map(cronAsJson) })
  if (crons.length > 0) printTable(COLUMNS, crons)
  else say('there is no cron entry; those of code are known when a worker has started')
}

export function cronAsJson(cron: CronInfo) {
  const { payload, queue, key, fill, pausedAt, resumedAt, lastTick, ...entry } = cron
  return {
    ...entry,
    ...{ payload: JSON.parse(payload), queue: queue ?? null, key: key ?? null, fill: fill ?? null },
    ...{ pausedAt: pausedAt ?? null, resumedAt: resumedAt ?? null, lastTick: lastTick ?? null },
    next: nextOf(cron) ?? null,
  }
}

function nextOf(cron: CronInfo): Date | undefined {
  return cron.pausedAt ? undefined : nextTicks(cron, 1, new Date())[0]
}

function describeNext(cron: CronInfo) {
  if (cron.pausedAt) return { text: `paused ${relativeTime(cron.pausedAt)}`, style: 'yellow' as const }
  const next = nextOf(cron)
  return next ? `${localTime(next)} (${relativeTime(next)})` : 'never again'
}
