import { afterAll, beforeAll, beforeEach } from 'vitest'
import { cronEntry } from '../../background/cron.ts'
import { claim } from '../../background/engine/claim.ts'
import { claimQueues } from '../../background/engine/claim-queues.ts'
import { complete } from '../../background/engine/complete.ts'
import { addCron, pauseCron } from '../../background/engine/cron-operate.ts'
import { syncCrons } from '../../background/engine/cron-sync.ts'
import { enqueueAll, type NewJob } from '../../background/engine/enqueue.ts'
import { register } from '../../background/engine/worker-lease.ts'
import { freshDatabase } from './database.ts'
import { Engine } from './engine.ts'
import { ADJUST, SAVE } from './stage-sql.ts'

/** Jobs in every place where one can be, each under the same id in every test. */
export const JOB = {
  due: '1',
  queued: '2',
  behind: '3',
  later: '4',
  overdue: '5',
  mine: '6',
  mineInQueue: '7',
  waitsForMine: '8',
  theirs: '9',
  theirsInQueue: '10',
  done: '11',
} as const

/** One that lives, one whose lease has run out, one that lives and has nothing. */
export const WORKER = { mine: '101', dead: '102', idle: '103' } as const
export const CLAIM = { mine: '201', mineInQueue: '202', theirs: '203', theirsInQueue: '204' } as const

const HOUR_MS = 3_600_000

/** One database in which everything is set up, and set up again as often as it takes. */
export class Stage {
  readonly #engine: Engine

  private constructor(engine: Engine) {
    this.#engine = engine
  }

  static async open(engine: Engine): Promise<Stage> {
    await setUp(engine)
    await engine.query(ADJUST)
    await engine.query(SAVE)
    return new Stage(engine)
  }

  /** As it was in the beginning. */
  async restore(): Promise<void> {
    await this.#engine.query('select stage.restore()')
  }

  /** All that is in all tables. Times are told in hours from now: a test takes less. */
  async state(): Promise<unknown> {
    const rows = await this.#engine.query<{ name: string; rows: unknown }>('select * from stage.state()')
    const now = Date.now()
    const told = rows.map(({ name, rows }) => [
      name,
      JSON.stringify(rows).replace(TIME, time => hoursUntil(time, now)),
    ])
    return Object.fromEntries(told.map(([name, text]) => [name, JSON.parse(text as string)]))
  }
}

/** A stage for all tests of a file, as it was in the beginning before each of them. */
export function useStage(): { engine(): Engine; stage(): Stage } {
  let engine: Engine
  let stage: Stage
  beforeAll(async () => {
    engine = new Engine(await freshDatabase())
    stage = await Stage.open(engine)
  })
  beforeEach(() => stage.restore())
  afterAll(() => engine.close())
  return { engine: () => engine, stage: () => stage }
}

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g

function hoursUntil(time: string, now: number): string {
  const hours = Math.round((Date.parse(time) - now) / HOUR_MS) || 0
  return Math.abs(hours) < 48 ? `in ${hours} h` : 'at another time'
}

async function setUp({ db }: Engine): Promise<void> {
  const facts = { name: 'test', host: 'here', pid: 1, version: '1', concurrency: 10, tasks: ['A'] }
  for (const id of Object.values(WORKER)) await register(db, { id, ...facts }, HOUR_MS)
  const job = (more: Partial<NewJob> = {}): NewJob => ({ task: 'A', payload: '[1,2]', ...more })
  const key = (name: string) => ({ key: { name, mode: 'replace' as const, maxWait: undefined } })
  // claimed in this order, and what is left waits
  await enqueueAll(db, [
    ...[
      job({ priority: 5, ...key('due') }),
      job({ queue: 'q' }),
      job({ queue: 'q' }),
      job({ delay: HOUR_MS, ...key('later') }),
    ],
    ...[
      job({ delay: HOUR_MS }),
      job({ priority: 1, ...key('mine') }),
      job({ queue: 'mine' }),
      job({ queue: 'mine' }),
    ],
    ...[
      job({ priority: 2, ...key('theirs') }),
      job({ queue: 'theirs' }),
      job({ priority: 0, ...key('done') }),
    ],
  ])
  await claim(db, { claim: '200', worker: WORKER.mine, lanes: [0], limit: 1 })
  const closing = { claims: ['200'], slots: [] }
  await db.run(...complete(WORKER.mine, [{ claim: '200', id: JOB.done, ms: 1, keep: 86_400 }], closing))
  await claim(db, { claim: CLAIM.mine, worker: WORKER.mine, lanes: [0], limit: 1 })
  await claim(db, { claim: CLAIM.theirs, worker: WORKER.dead, lanes: [0], limit: 1 })
  const queues = { slots: 1, perSlot: 1 }
  await claimQueues(db, { claim: CLAIM.mineInQueue, worker: WORKER.mine, cursor: '', ...queues })
  await claimQueues(db, { claim: CLAIM.theirsInQueue, worker: WORKER.dead, cursor: 'q', ...queues })
  for (const name of ['dynamic', 'paused']) {
    await addCron(db, cronEntry({ task: 'A', expression: '@hourly', name }, 'dynamic'))
  }
  await pauseCron(db, 'paused')
  await setUpCode(db)
}

async function setUpCode(db: Engine['db']): Promise<void> {
  const cron = { task: 'A', expression: '@hourly', payload: [7] }
  await syncCrons(db, [
    cronEntry({ ...cron, name: 'free' }, 'config'),
    cronEntry({ ...cron, name: 'keyed', key: 'due' }, 'config'),
  ])
}
