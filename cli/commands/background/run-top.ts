import { type Operator, type Overview, ratesBetween } from '../../../background/operator.ts'
import { sleep } from '../../../framework/clock.ts'
import { Keyboard } from '../../dev/keyboard.ts'
import { UsageError } from '../../errors.ts'
import { printJson } from '../../output.ts'
import type { RemoteOptions } from '../../remote.ts'
import { sheetOf } from '../../table.ts'
import { jobAsJson } from './job-json.ts'
import { queueAsJson } from './queues/run-ls.ts'
import { shownJobs } from './shown-jobs.ts'
import { type Sample, sampleLines } from './top-lines.ts'
import { withOperator } from './with-operator.ts'

export interface TopOptions extends RemoteOptions {
  readonly interval?: number
  readonly count?: number
}

const INTERVAL_MS = 1_000
/** A look costs the database something: nobody reads faster than this. */
const SHORTEST_MS = 200
const MOST_SHOWN = 50

/** To the screen beside the one with the shell, which comes back as it was. */
const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const CLEAR_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'

/** What `ks bg top` does. */
export async function runTop(options: TopOptions): Promise<void> {
  if (!options.json && !process.stdout.isTTY)
    throw new UsageError('top needs a terminal', 'for programs: ks bg top --json, or ks bg stats --json')
  const ended = new AbortController()
  const interrupted = () => ended.abort()
  await withOperator({ ...options, interrupted }, operator => watch(operator, options, ended.signal))
}

async function watch(operator: Operator, options: TopOptions, ended: AbortSignal): Promise<void> {
  if (options.json) return follow(operator, options, ended, tell)
  const keyboard = new Keyboard()
  process.stdout.write(ENTER)
  try {
    await follow(operator, options, ended, draw)
  } finally {
    process.stdout.write(LEAVE)
    keyboard.close()
  }
}

/** Looks until it is ended or has looked often enough. */
async function follow(
  operator: Operator,
  { interval = INTERVAL_MS, count = Number.POSITIVE_INFINITY }: TopOptions,
  ended: AbortSignal,
  show: (sample: Sample) => void,
): Promise<void> {
  let before: Overview | undefined
  for (let looks = 0; looks < count && !ended.aborted; looks++) {
    if (looks > 0) await sleep(Math.max(interval, SHORTEST_MS), ended)
    if (ended.aborted) return
    const sample = await look(operator, before)
    before = sample.overview
    show(sample)
  }
}

async function look(operator: Operator, before: Overview | undefined): Promise<Sample> {
  const { jobs, queues, statistics } = operator
  const [overview, page, running] = await Promise.all([
    statistics.overview(),
    queues.list({ limit: MOST_SHOWN }),
    jobs.list({ state: 'running', limit: MOST_SHOWN }),
  ])
  const rates = before ? ratesBetween(before, overview) : { scheduled: 0, finished: 0 }
  return { overview, rates, queues: page.queues, running: await shownJobs(running.jobs, operator) }
}

function tell({ overview, rates, queues, running }: Sample): void {
  const jobs = { queues: queues.map(queueAsJson), running: running.map(jobAsJson) }
  printJson({ ...overview, waited: overview.waited ?? null, rates, ...jobs })
}

/** Over what was there, line by line, so that nothing flickers. */
function draw(sample: Sample): void {
  const rows = process.stdout.rows || 24
  const lines = sampleLines(sample, sheetOf(process.stdout), rows)
  process.stdout.write(HOME + lines.map(line => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW)
}
