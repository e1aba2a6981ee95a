import type { Connection } from '../../framework/connection.ts'
import { variable } from '../../framework/environment.ts'
import type { Emitter } from '../events.ts'
import { layersOfRun } from '../middleware.ts'
import { KEYS_VARIABLE, sealingOf } from '../sealing.ts'
import { secretsOf } from '../secrets.ts'
import { NO_HOST } from '../task-host.ts'
import { captureConsole, consoleToLog } from './console-capture.ts'
import type { Surroundings } from './context.ts'
import { Transactions } from './transactions.ts'
import type { WorkerOptions } from './worker-options.ts'

/** What is around every attempt of a worker. */
export interface Stage extends Surroundings {
  /** Runs the tasks that are `transactional`. */
  readonly transactions: Pick<Transactions, 'run'>
}

/** What of the worker its attempts have to do with. */
interface Here {
  readonly connection: Connection
  readonly events: Emitter
  /** The life that has the jobs. */
  readonly worker: () => string
}

export function stageOf({ config, registry, logger, host = NO_HOST }: WorkerOptions, here: Here): Stage {
  const keep = Math.ceil(config.retention / 1_000)
  const transactions = new Transactions({ ...here, host, keep })
  const secrets = secretsOf([config.redact], registry)
  const sealing = sealingOf(config.encryption, variable(KEYS_VARIABLE))
  if (config.captureConsole) captureWhileAlive(here.events)
  const layers = layersOfRun([...(config.captureConsole ? [consoleToLog] : []), ...config.middleware])
  return { logger, host, layers, sealing, secrets, transactions }
}

/** The console is what it was when the worker has stopped. */
function captureWhileAlive(events: Emitter): void {
  let release = () => {}
  events.on('worker:starting', () => {
    release = captureConsole()
  })
  events.on('worker:stopped', () => release())
}
