import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Background, type FinishedJob, type JobOptions } from '../../background/index.ts'
import { background, createRegistry, loadCrons, openWorker } from '../../background/operator.ts'
import type { AnyTask, PayloadOf } from '../../background/task.ts'
import { createApp } from '../../framework/app.ts'
import { createLogger } from '../../framework/logger.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { eventually } from './eventually.ts'

/** A job that waits for its next attempt. */
export interface Retry {
  readonly attempt: number
  readonly message: string
  /** Seconds from when it was scheduled to the next attempt. */
  readonly wait: number
}

/** An app in a directory of its own, with a worker for some tasks. */
export interface TaskBench {
  readonly root: string
  readonly database: TestDatabase
  /** What has been logged, one JSON object per line. */
  readonly log: readonly string[]
  /** Schedules one job and waits for its end. */
  run<Task extends AnyTask>(
    task: Task,
    payload: PayloadOf<Task>,
    options?: JobOptions,
  ): Promise<FinishedJob<unknown>>
  /** Schedules one job and waits until an attempt of it has failed and it waits for the next. */
  fail<Task extends AnyTask>(task: Task, payload: PayloadOf<Task>): Promise<Retry>
}

const RETRY = `
select attempt, error ->> 'message' as message, extract(epoch from run_at - created_at)::float as wait
  from background.jobs where id = $1 and state = 'retryable'`

/** Everything it starts ends with the test. */
export async function taskBench(tasks: Record<string, AnyTask>): Promise<TaskBench> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'kretes-tasks-')))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const log: string[] = []
  const logger = createLogger({ level: 'info', format: 'json', stream: { write: line => log.push(line) } })
  const plugin = background()
  const app = createApp({ root, plugins: [plugin], config: { database: database.url }, logger })
  await app.setup()
  onTestFinished(() => app.stop())
  const [config, registry] = [app.section(plugin), createRegistry(tasks)]
  const { entries } = await loadCrons({ root, config, registry })
  const worker = await openWorker(app, { config, registry, cron: entries })
  await worker.start()
  onTestFinished(() => worker.stop(0))
  return {
    root,
    database,
    log,
    async run(task, payload, options = {}) {
      const job = await Background.schedule({ task, payload, ...options } as { task: AnyTask })
      return job.wait({ timeout: '20s' })
    },
    async fail(task, payload) {
      const { id } = await Background.schedule({ task, payload } as { task: AnyTask })
      return eventually(async () => (await database.query(RETRY, [id]))[0] as Retry | undefined)
    },
  }
}
