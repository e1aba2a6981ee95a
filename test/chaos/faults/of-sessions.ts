import pg from 'pg'
import type { Stage } from '../stage.ts'
import { type Fault, pass } from './fault.ts'

/** An administrator ends all our sessions. */
const terminate: Fault = {
  name: 'terminate',
  aim: 'database',
  lasts: [0, 0],
  strike: async ({ postgres }) => {
    await postgres.ask(`
      select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'kretes%'`)
  },
}

/** A transaction that sees the database as it was when it began: nothing that died since can be vacuumed. */
const pin: Fault = {
  name: 'pin',
  aim: 'database',
  lasts: [8_000, 20_000],
  strike: (stage, _, ms) =>
    holding(stage, 1, ms, 'begin isolation level repeatable read; select count(*) from background.job'),
}

/** Somebody else takes all connections that are left. */
const exhaust: Fault = {
  name: 'exhaust',
  aim: 'database',
  lasts: [3_000, 8_000],
  strike: async (stage, _, ms) => {
    const wires = [...stage.actors.values()].map(({ wire }) => wire)
    const taking = holding(stage, 100, ms, 'select')
    // who is connected stays so: what is hard is to come back
    await pass(ms / 4)
    for (const wire of wires) wire.reset()
    await taking
  },
}

/** Queues are often empty, and then nothing is locked: so it is done several times. */
const LOCKED_MS = 400

/** Slow transactions of the app are about to change the first job of every queue. */
const lockHead: Fault = {
  name: 'lock-head',
  aim: 'database',
  lasts: [1_000, 3_000],
  strike: async (stage, _, ms) => {
    for (let left = ms; left > 0; left -= LOCKED_MS) await holding(stage, 1, LOCKED_MS, LOCK_HEADS)
  },
}

const LOCK_HEADS = `
begin; set local idle_in_transaction_session_timeout = 0;
select from background.member where (queue, id) in (select queue, min(id) from background.member group by queue) for update`

/** Opens sessions that do `sql`, as many as it gets, and holds them. */
async function holding({ postgres }: Stage, count: number, ms: number, sql: string): Promise<void> {
  const end = performance.now() + ms
  const sessions = Array.from({ length: count }, () => new pg.Client({ connectionString: postgres.url() }))
  await Promise.allSettled(
    sessions.map(async session => {
      session.on('error', () => {})
      await session.connect()
      await session.query(sql)
    }),
  )
  await pass(end - performance.now())
  await Promise.allSettled(sessions.map(session => session.end()))
}

export const FAULTS_OF_SESSIONS = [terminate, pin, lockHead, exhaust]
