/** Schedules jobs in all ways there are, and tells what became of each call. Started by member.ts with its assignment. */
import pg from 'pg'
import { Client } from '../../../background/client/client.ts'
import { OutcomeUnknown } from '../../../background/errors.ts'
import { paced } from '../../../background/pacing.ts'
import { messageOf } from '../../../framework/errors.ts'
import { Recorder } from '../history/recorder.ts'
import { Random } from '../random.ts'
import { type Assignment, stayWatched } from './assignment.ts'
import { Demand } from './demand.ts'
import { type Errand, LIMITED } from './order.ts'
import type { Wish } from './wish.ts'

const TICK_MS = 50
/** With so many calls unanswered it waits, as an app with as many requests at a time would. */
const MOST_PENDING = 300

const { name, url, history, seed, rate } = JSON.parse(process.argv[2] as string) as Assignment
const recorder = new Recorder(history, name)
stayWatched(recorder)

const client = new Client({ url, payloadLimit: 65_536 })
const pool = new pg.Pool({
  connectionString: url,
  max: 4,
  connectionTimeoutMillis: 5_000,
  query_timeout: 20_000,
})
pool.on('error', () => {})
pool.on('connect', session => session.on('error', () => {}))
const random = new Random(seed)
const demand = new Demand(name, random)
let pending = 0
let paused = false

process.on('message', (message: 'pause' | 'go on' | 'stop' | Errand) => {
  if (message === 'stop') void stop()
  else if (typeof message === 'object') void single(demand.errand(message))
  else paused = message === 'pause'
})
const ticking = setInterval(produce, TICK_MS)
process.send?.('ready')

function produce(): void {
  if (paused || pending > MOST_PENDING) return
  const jobs = Math.round((rate * TICK_MS) / 1_000 + random.next() - 0.5)
  const wishes = Array.from({ length: jobs }, () => demand.next())
  if (random.chance(0.04)) void many(wishes)
  else if (random.chance(0.05)) void inTransaction(wishes)
  else for (const wish of wishes) void single(wish)
  if (random.chance(0.2)) void limited()
}

/** What comes of it is not followed: only how many jobs there are in the end. */
async function limited(): Promise<void> {
  const call = paced(client).throttle({ task: 'Limited', key: LIMITED.key, every: LIMITED.ms })
  await call.catch(() => {})
}

/** Calls of the same turn share a commit. */
async function single(wish: Wish): Promise<void> {
  await told([wish], async () => [(await client.schedule({ task: wish.task, ...wish.options } as never)).id])
}

async function many(wishes: readonly Wish[]): Promise<void> {
  if (wishes.length === 0) return
  await told(wishes, async () => {
    const handles = await client.scheduleMany('Work', wishes.map(({ options }) => options) as never)
    return handles.map(({ id }) => id)
  })
}

/** In a transaction of the app's own, which takes a while and now and then changes its mind. */
async function inTransaction(wishes: readonly Wish[]): Promise<void> {
  const writing = wishes.map(wish => ({ ...wish, asked: { ...wish.asked, writes: true as const } }))
  await told(writing, async () => {
    const session = await pool.connect().catch(refuse)
    let broken: Error | undefined
    let step = 'before'
    try {
      await session.query('begin')
      const ids: string[] = []
      for (const { task, options, asked } of writing) {
        await session.query('insert into written values ($1)', [asked.uid])
        ids.push((await client.with(session).schedule({ task, ...options } as never)).id)
      }
      if (random.chance(0.3)) throw new Refused('rolled back')
      step = 'commit'
      const { command } = await session.query('commit')
      if (command !== 'COMMIT') throw new Refused(command)
      return ids
    } catch (error) {
      broken = error as Error
      if (error instanceof Refused)
        broken = await session.query('rollback').then(
          () => undefined,
          (e: Error) => e,
        )
      throw step === 'commit' && !(error instanceof Refused) ? new OutcomeUnknown(error) : refusal(error)
    } finally {
      session.release(broken)
    }
  })
}

/** The database has not got it, and will not. */
class Refused extends Error {}

function refusal(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused(messageOf(error))
}

function refuse(error: unknown): never {
  throw refusal(error)
}

/** Writes down what was asked for and what the answer is. */
async function told(wishes: readonly Wish[], call: () => Promise<readonly string[]>): Promise<void> {
  for (const { asked } of wishes) recorder.tell({ event: 'asked', ...asked })
  pending += wishes.length
  try {
    const ids = await call()
    for (const [index, { asked }] of wishes.entries())
      recorder.tell({ event: 'acked', uid: asked.uid, job: ids[index] as string })
  } catch (error) {
    const event = error instanceof OutcomeUnknown ? 'unknown' : 'refused'
    for (const { asked } of wishes) recorder.tell({ event, uid: asked.uid, error: messageOf(error) })
  } finally {
    pending -= wishes.length
  }
}

async function stop(): Promise<void> {
  clearInterval(ticking)
  while (pending > 0) await new Promise(resolve => setTimeout(resolve, 20))
  await Promise.all([client.close(), pool.end()])
  process.exit(0)
}
