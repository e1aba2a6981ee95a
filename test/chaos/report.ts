import type { CheckName } from './checks/all.ts'
import { CHECKS } from './checks/all.ts'
import type { Violation } from './checks/check.ts'
import type { HistoryEvent } from './history/event.ts'
import { groupedBy } from './history/grouped.ts'
import type { History } from './history/history.ts'
import { told } from './plan.ts'
import type { Result } from './run.ts'
import type { Settings } from './settings.ts'

const MOST_OF_A_KIND = 5
const MOST_LINES = 60

/** What is to be said about a run: what was done, what was seen, and what must not have happened. */
export function reportOn({ history, plan, violations }: Result, settings: Settings): string {
  const parts = [
    ...['what was done', ...plan.map(told), ''],
    ...['what was seen', ...sums(history), ''],
    ...Object.keys(CHECKS).map(name => `${violations.has(name as CheckName) ? '✗' : '✓'} ${name}`),
  ]
  for (const [name, found] of violations) parts.push('', ...complaint(name, found, history))
  if (violations.size > 0) parts.push('', `once more: ${command(settings)}`)
  return parts.join('\n')
}

/** How to do the same again. */
export function command({ seed, milliseconds, rate, postgres, faults }: Settings): string {
  const options = [
    `--seed ${seed}`,
    `--seconds ${milliseconds / 1_000}`,
    `--rate ${rate}`,
    `--postgres ${postgres}`,
  ]
  if (faults) options.push(`--faults ${faults.join()}`)
  return `npm run chaos -- ${options.join(' ')}`
}

function sums(history: History): string[] {
  const count = (name: HistoryEvent['event']) => history.of(name).length
  const verdicts = groupedBy(history.of('verdict'), ({ verdict }) => verdict)
  const crashes = history.of('began').filter(({ crashes }) => crashes > 0).length
  return [
    `jobs: ${count('asked')} asked for, ${count('acked')} acknowledged, ${count('refused')} refused, ${count('unknown')} of unknown fate`,
    `attempts: ${count('began')}, of these ${crashes} after a crash; ${[...verdicts].map(([verdict, { length }]) => `${length} ${verdict}`).join(', ')}`,
    `processes: ${count('spawned')} started, leases lost ${count('lost')}, rescues ${count('rescued')}, ticks of cron ${count('tick')}`,
  ]
}

function complaint(name: string, violations: readonly Violation[], history: History): string[] {
  const shown = violations.slice(0, MOST_OF_A_KIND)
  const more = violations.length - shown.length
  return [
    `${name}: ${violations.length === 1 ? 'one violation' : `${violations.length} violations`}`,
    ...shown.flatMap(violation => [
      `  ${violation.what}`,
      ...slice(violation, history).map(line => `    ${line}`),
    ]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}

const BEFORE_MS = 20_000
const AFTER_MS = 5_000

/** What of the history tells how it came to that: all about those it concerns, and what was done around that time. */
function slice({ at, about }: Violation, history: History): string[] {
  const jobs = history
    .of('began')
    .filter(({ uid }) => about.includes(uid))
    .map(({ job }) => job)
  const runs = new Set(
    history
      .of('began')
      .filter(({ uid }) => about.includes(uid))
      .map(({ by, run }) => `${by} ${run}`),
  )
  const lines = history.events.filter(event => {
    if ('uid' in event && about.includes(event.uid)) return true
    if ('job' in event && jobs.includes(event.job)) return true
    if ('run' in event && runs.has(`${event.by} ${event.run}`)) return true
    if (at === undefined || event.at < at - BEFORE_MS || event.at > at + AFTER_MS) return false
    return ['fault', 'lost', 'exited', 'rescued', 'stutter'].includes(event.event)
  })
  const start = history.events[0]?.at ?? 0
  return lines.slice(0, MOST_LINES).map(event => line(event, start))
}

function line({ at, by, event, ...rest }: HistoryEvent, start: number): string {
  const facts = Object.entries(rest).map(([name, value]) => `${name}=${value}`)
  return [((at - start) / 1_000).toFixed(3).padStart(9), by.padEnd(12), event, ...facts].join(' ')
}
