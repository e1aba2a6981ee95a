import {
  attemptHere,
  type EndHere,
  hostOf,
  KEYS_VARIABLE,
  layersOfRun,
  sealingOf,
  serializeError,
} from '../../../background/operator.ts'
import type { App } from '../../../framework/app.ts'
import { humanDuration } from '../../../framework/duration.ts'
import { variable } from '../../../framework/environment.ts'
import { transaction } from '../../../framework/transaction.ts'
import { EXIT, exitCodeOfSignal } from '../../exit-codes.ts'
import { loggerFor } from '../../logging.ts'
import type { CommonOptions } from '../../options.ts'
import { indent, painterFor, print, printable, printJson, say } from '../../output.ts'
import { type Project, withApp } from '../../project.ts'
import { describeJobError } from '../../worker/job-error.ts'
import type { TaskInProject } from './find-task.ts'

export interface HereFlags extends CommonOptions {
  readonly rollback?: true
  readonly inspect?: true
}

interface Call {
  readonly project: Project
  readonly task: TaskInProject
  readonly payload: unknown
}

/** What a transaction throws that did what it was for. */
const DONE = Symbol('done')

/** Runs a task in this process. The first Ctrl-C aborts its signal, the second ends the process. */
export async function attempt({ project, task, payload }: Call, flags: HereFlags): Promise<EndHere> {
  // waiting blocks the process, and Ctrl-C is to end that: nobody may listen to signals yet
  if (flags.inspect) await awaitDebugger()
  const { background, config } = project
  const taskWidth = task.definition.name.length
  const logger = await loggerFor(config.log, { verbose: flags.verbose === true, taskWidth })
  const stopping = new AbortController()
  const interrupted = (signal: NodeJS.Signals) => {
    process.exitCode = exitCodeOfSignal(signal)
    say('the task has been told to stop; Ctrl-C again leaves it')
    stopping.abort()
  }
  const run = async (app: App) => {
    const sealing = sealingOf(background.encryption, variable(KEYS_VARIABLE))
    const around = {
      logger: app.logger,
      host: hostOf(app),
      layers: layersOfRun(background.middleware),
      sealing,
    }
    const options = { around, limit: background.payloadLimit, signal: stopping.signal }
    const begin = () => attemptHere(task.definition, payload, options)
    return flags.rollback ? undone(app, begin) : begin()
  }
  return withApp(project, logger, run, interrupted)
}

/** Does it in a transaction, and takes back what it did there. */
async function undone(app: App, begin: () => Promise<EndHere>): Promise<EndHere> {
  let end: EndHere | undefined
  try {
    await transaction(await app.database(), async () => {
      end = await begin()
      throw DONE
    })
  } catch (error) {
    if (error !== DONE || !end) throw error
  }
  return end as EndHere
}

async function awaitDebugger(): Promise<void> {
  const inspector = await import('node:inspector')
  inspector.open(0)
  say(`waiting for a debugger at ${inspector.url()}: open chrome://inspect, or attach with your editor`)
  inspector.waitForDebugger()
}

/** Tells how it ended. */
export function tellEnd(task: string, { outcome, ms }: EndHere, flags: HereFlags): void {
  const { kind } = outcome
  if (kind === 'failed' || kind === 'discarded') process.exitCode ??= EXIT.failed
  const rolledBack = flags.rollback === true
  if (flags.json) {
    const result = kind === 'completed' ? (outcome.result ?? null) : null
    const reason = 'reason' in outcome ? outcome.reason : null
    const error = 'error' in outcome ? serializeError(outcome.error) : null
    return printJson({ task, outcome: kind, ms: Math.round(ms * 10) / 10, result, reason, error, rolledBack })
  }
  const paint = painterFor(process.stdout)
  const style = kind === 'completed' ? 'green' : kind === 'failed' || kind === 'discarded' ? 'red' : 'yellow'
  const again = kind === 'snoozed' ? `, for ${humanDuration(outcome.ms)}` : ''
  const back = rolledBack ? '; what it wrote was rolled back' : ''
  print(`${paint(style, kind)} in ${humanDuration(ms)}${again}${back}`)
  if (kind === 'completed' && outcome.result !== undefined)
    print(`  result  ${JSON.stringify(outcome.result)}`)
  if ('reason' in outcome) print(`  reason  ${printable(outcome.reason)}`)
  const options = { root: process.cwd(), verbose: flags.verbose === true, source: true }
  if ('error' in outcome && outcome.error !== undefined)
    print(indent(describeJobError(outcome.error, options, paint)))
}
