import { afterEach } from 'vitest'
import { backgroundConfig } from '../../background/config.ts'
import type { Events } from '../../background/events.ts'
import { createRegistry } from '../../background/registry.ts'
import type { AnyTask } from '../../background/task.ts'
import { Worker } from '../../background/worker/worker.ts'
import { createLogger } from '../../framework/logger.ts'
import type { Engine } from './engine.ts'

export type WorkerConfig = Parameters<typeof backgroundConfig.parse>[0]

const SILENT = createLogger({ level: 'error', format: 'json', stream: { write: () => {} } })
const NAMES: readonly (keyof Events)[] = [
  ...(['worker:ready', 'worker:stopping', 'worker:stopped', 'worker:lost', 'worker:rescued'] as const),
  ...(['worker:trouble', 'job:started', 'job:completed', 'job:failed', 'job:snoozed'] as const),
  ...(['job:discarded', 'job:cancelled', 'job:released', 'job:stale'] as const),
]

/** A worker, and everything that it told. */
export interface Watched {
  readonly worker: Worker
  /** The events of this name so far. */
  told<Name extends keyof Events>(name: Name): Events[Name][]
}

/** Workers in this process. */
export interface Workers {
  /** One that has not been started. */
  create(tasks: Record<string, AnyTask>, config?: object, url?: string): Watched
  /** One that runs; `url` is another way to the same database. */
  start(tasks: Record<string, AnyTask>, config?: object, url?: string): Promise<Watched>
  /** Stops all that were made so far. */
  stop(): Promise<unknown>
}

/** Workers for the tests of a file. Whatever a test starts is stopped after it. */
export function useWorkers(engine: () => Engine): Workers {
  const workers = workersFor(engine)
  afterEach(() => workers.stop())
  return workers
}

export function workersFor(engine: () => Engine): Workers {
  const started: Worker[] = []
  const create: Workers['create'] = (tasks, config = {}, url = engine().url) => {
    const registry = createRegistry(tasks)
    const worker = new Worker({ url, config: backgroundConfig.parse(config), registry, logger: SILENT })
    started.push(worker)
    return watch(worker)
  }
  return {
    create,
    async start(tasks, config, url) {
      const watched = create(tasks, config, url)
      await watched.worker.start()
      return watched
    },
    stop: () => Promise.all(started.splice(0).map(worker => worker.stop(0))),
  }
}

function watch(worker: Worker): Watched {
  const told = new Map<keyof Events, unknown[]>(NAMES.map(name => [name, []]))
  for (const name of NAMES) worker.events.on(name, event => void told.get(name)?.push(event))
  return { worker, told: name => told.get(name) as never }
}

/** A promise to be kept by hand. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

export function gate(): Gate {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open }
}
