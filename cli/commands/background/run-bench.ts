import { migrate } from '../../../background/operator.ts'
import { describeDatabase } from '../../../framework/database-errors.ts'
import { withScratchDatabase } from '../../../framework/scratch-database.ts'
import type { Bench } from '../../bench/bench.ts'
import { MEASUREMENTS, type Measured } from '../../bench/measurements.ts'
import { exitCodeOfSignal } from '../../exit-codes.ts'
import { briefLogger } from '../../logging.ts'
import type { CommonOptions } from '../../options.ts'
import { count, print, printJson, say } from '../../output.ts'
import { findProject, withApp } from '../../project.ts'

export interface BenchOptions extends CommonOptions {
  readonly jobs: number
}

const WIDTH = Math.max(...MEASUREMENTS.map(({ what }) => what.length))

/** What `ks bg bench` does. */
export async function runBench(options: BenchOptions): Promise<void> {
  const { jobs } = options
  const project = await findProject()
  const { config, background } = project
  const logger = briefLogger(config.log, options.verbose === true)
  let interruption: NodeJS.Signals | undefined
  // what is being measured ends first, so that nobody is left in the database that is dropped
  const interrupted = (signal: NodeJS.Signals) => {
    interruption = signal
    say(
      'stopping after this measurement; once more to stop now, which leaves the database for measuring behind',
    )
  }
  const results: Record<string, Measured> = {}
  const tell = options.json ? () => {} : print
  await withApp(
    project,
    logger,
    async app => {
      const { url } = await app.database()
      say(`measuring with ${count(jobs)} jobs beside ${describeDatabase(url)}`)
      await withScratchDatabase(url, async scratch => {
        await migrate(scratch)
        const bench: Bench = { url: scratch, jobs, config: background }
        for (const { name, what, measure } of MEASUREMENTS) {
          if (interruption) break
          const measured = await measure(bench)
          results[name] = measured
          tell(`${what.padEnd(WIDTH)}  ${text(measured)}`)
        }
      })
    },
    interrupted,
  )
  if (options.json) printJson({ jobs, results })
  if (interruption) process.exitCode = exitCodeOfSignal(interruption)
}

function text(measured: Measured): string {
  if ('perSecond' in measured) return `${count(Math.round(measured.perSecond)).padStart(9)} jobs/s`
  return `${measured.p50.toFixed(1).padStart(9)} ms, one in a hundred more than ${measured.p99.toFixed(1)} ms`
}
