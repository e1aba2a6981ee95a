import type { TestContext } from 'vitest'
import { Crons } from '../../background/client/crons.ts'
import { type CronEntry, type CronOptions, cronEntry } from '../../background/cron.ts'
import { ENGINE_SESSION } from '../../background/engine/session.ts'
import { Emitter, type Events } from '../../background/events.ts'
import { Scheduler } from '../../background/worker/scheduler.ts'
import { Connection } from '../../framework/connection.ts'
import type { Row, Statement } from '../../framework/executor.ts'
import { freshDatabase } from './database.ts'
import { Engine, expectConsistent } from './engine.ts'

export const EVERY_SECOND = '* * * * * *'

/** An entry of task A, for every second. */
export function entry(options: Partial<CronOptions> = {}): CronEntry {
  return cronEntry({ task: 'A', expression: EVERY_SECOND, ...options }, 'config')
}

/** A scheduler, and what it has said and asked. */
export interface Running {
  readonly scheduler: Scheduler
  readonly statements: string[]
  readonly scheduled: Events['cron:scheduled'][]
  readonly missed: Events['cron:missed'][]
  readonly trouble: Events['worker:trouble'][]
}

/** A connection that notes the names of the statements it sends. */
class NotingConnection extends Connection {
  readonly statements: string[] = []

  override run(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    this.statements.push(statement.name)
    return super.run(statement, values)
  }
}

export interface Bench {
  readonly engine: Engine
  readonly crons: Crons
  /** A scheduler as a worker has it; stopped when the test ends. */
  start(entries: readonly CronEntry[]): Promise<Running>
  /** The times of all jobs, in seconds since 1970. */
  seconds(): Promise<number[]>
}

/** A database and what works on it, for one of the tests that run at the same time: seconds pass for all of them. */
export async function cronBench({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Bench> {
  const engine = new Engine(await freshDatabase())
  onTestFinished(async () => {
    await expectConsistent(engine).finally(() => engine.close())
  })
  return {
    engine,
    crons: new Crons(async () => ({ db: engine.db, payloadLimit: 1_000 })),
    seconds: async () => {
      const times = 'select extract(epoch from run_at)::float8 from background.job order by run_at'
      return (await engine.column(times)) as number[]
    },
    async start(entries) {
      const session = { url: engine.url, name: 'scheduler', settings: ENGINE_SESSION }
      const connection = new NotingConnection(session)
      const [events, heard] = listen()
      const scheduler = new Scheduler({ connection, events, entries, onScheduled: () => {} })
      onTestFinished(async () => {
        await scheduler.stop()
        await connection.close()
      })
      await scheduler.start()
      return { scheduler, statements: connection.statements, ...heard }
    },
  }
}

function listen(): [Emitter, Pick<Running, 'scheduled' | 'missed' | 'trouble'>] {
  const events = new Emitter(error => {
    throw error
  })
  const heard: Pick<Running, 'scheduled' | 'missed' | 'trouble'> = { scheduled: [], missed: [], trouble: [] }
  events.on('cron:scheduled', event => heard.scheduled.push(event))
  events.on('cron:missed', event => heard.missed.push(event))
  events.on('worker:trouble', event => heard.trouble.push(event))
  return [events, heard]
}
