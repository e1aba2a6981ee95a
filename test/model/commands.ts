import fc from 'fast-check'
import { expect } from 'vitest'
import { newId } from '../../background/id.ts'
import * as given from './arguments.ts'
import type { Belief, Model } from './model.ts'
import * as operating from './operating.ts'
import * as scheduling from './scheduling.ts'
import * as working from './working.ts'
import { closing, type World } from './world.ts'

export type Command = fc.AsyncCommand<Model, World>

/** One verb with its arguments, done to both. What they answer must be the same, and afterwards what one sees. */
function verb<Args>(
  name: string,
  args: fc.Arbitrary<Args>,
  deed: (model: Model, world: World, args: Args) => Promise<unknown>,
): fc.Arbitrary<Command> {
  return args.map(chosen => ({
    check: () => true,
    toString: () => (chosen === null ? name : `${name} ${fc.stringify(chosen)}`),
    run: async (model, world) => {
      await deed(model, world, chosen)
      model.now += 1
      expect(await world.view()).toEqual(model.view())
    },
  }))
}

const CRON_KEY = { name: 'k', mode: 'preserve_run_at', maxWait: null } as const
const CRON_JOB = { queue: null, priority: 0, hours: 0, payload: [7], maxAttempts: 25 } as const

const SCHEDULING = [
  verb('schedule', given.job, async (model, world, job) => {
    scheduling.schedule(model, job, await world.schedule(job))
  }),
  verb(
    'schedule under a key',
    fc.tuple(given.job, fc.oneof(given.key, given.patientKey)),
    async (model, world, [job, key]) => {
      const id = await world.scheduleKeyed(job, key)
      expect(scheduling.scheduleKeyed(model, job, key, id)).toBe(id)
    },
  ),
  verb('add_job', given.job, async (model, world, job) => {
    scheduling.schedule(model, job, await world.addJob(job))
  }),
  verb('add_job under a key', fc.tuple(given.job, given.key), async (model, world, [job, key]) => {
    const id = await world.addJob(job, key)
    expect(scheduling.scheduleKeyed(model, job, key, id)).toBe(id)
  }),
  verb('two ticks of cron at once', given.cron, async (model, world, name) => {
    const ids = await world.tickTwice(name)
    expect(ids).toHaveLength(model.pausedCrons.has(name) ? 0 : 1)
    for (const id of ids) {
      if (name === 'free') scheduling.schedule(model, CRON_JOB, id)
      else expect(scheduling.scheduleKeyed(model, { ...CRON_JOB, queue: 'a' }, CRON_KEY, id)).toBe(id)
    }
  }),
]

/** Reports go out once; what a worker has told it forgets, whether it was heard or came too late. */
function report<Args>(
  name: string,
  args: fc.Arbitrary<Args>,
  deed: (model: Model, world: World, told: readonly Belief[], args: Args) => Promise<unknown>,
): fc.Arbitrary<Command> {
  return verb(name, fc.tuple(given.pointer, given.few, args), async (model, world, [at, count, more]) => {
    const told = given.beliefsAt(model, at, count)
    if (told.length > 0) await deed(model, world, told, more)
  })
}

const byNumber = (a: string, b: string) => Number(a) - Number(b)

const WORKING = [
  verb('a worker comes', fc.constant(null), async (model, world) => {
    if (model.workers.size < 3) model.workers.set(await world.register(), 'alive')
  }),
  verb('claim', fc.tuple(given.pointer, given.few), async (model, world, [at, limit]) => {
    const claim = { worker: given.workerAt(model, at), claim: newId() }
    expect(await world.claim(claim, limit)).toEqual(working.claim(model, claim, limit))
  }),
  verb(
    'claim queues',
    fc.tuple(given.pointer, given.few, given.few),
    async (model, world, [at, ...sizes]) => {
      const claim = { worker: given.workerAt(model, at), claim: newId() }
      expect(await world.claimQueues(claim, ...sizes)).toEqual(working.claimQueues(model, claim, ...sizes))
    },
  ),
  verb(
    'claim, but the answer is lost',
    fc.tuple(given.pointer, given.few),
    async (model, world, [at, limit]) => {
      const claim = { worker: given.workerAt(model, at), claim: newId() }
      const jobs = (await world.claim(claim, limit)) ?? []
      const queued = (await world.claimQueues(claim, jobs.length === 0 ? limit : 0, limit)) ?? []
      expect(await world.abandon(claim)).toBe(jobs.length + queued.length)
      expect(await world.abandon(claim)).toBe(0)
    },
  ),
  report('complete', fc.boolean(), async (model, world, told, isKept) => {
    const worker = told[0]?.worker as string
    const really = await world.complete(worker, told, isKept, closing(model, told))
    expect(really).toEqual(working.complete(model, told, isKept).sort(byNumber))
  }),
  report('fail', given.failure, async (model, world, believed, failure) => {
    // of those that come again at the same time nobody says which is first
    const told = failure.again === null ? believed : believed.slice(0, 1)
    const hasItems = told.every(({ id }) => (model.jobs.get(id)?.payload as [])?.length > 0)
    const outcome = { ...failure, onlyFirstItem: failure.onlyFirstItem && hasItems }
    const really = await world.fail(told[0]?.worker as string, told, outcome, closing(model, told))
    expect(really).toEqual(working.fail(model, told, outcome).sort(byNumber))
  }),
  report('release', fc.constant(null), async (model, world, told) => {
    const really = await world.release(told[0]?.worker as string, told, closing(model, told))
    expect(really).toEqual(working.release(model, told).sort(byNumber))
  }),
  report('put on trial', fc.constant(null), async (model, world, [belief]) => {
    expect(await world.putOnTrial(belief as Belief)).toBe(working.putOnTrial(model, belief as Belief))
  }),
  verb('heartbeat', given.pointer, async (model, world, at) => {
    const worker = given.workerAt(model, at)
    expect(await world.heartbeat(worker)).toBe(working.heartbeat(model, worker))
  }),
  verb('a lease runs out', given.pointer, async (model, world, at) => {
    const worker = given.workerAt(model, at)
    await world.expire(worker)
    if (model.workers.has(worker)) model.workers.set(worker, 'expired')
  }),
  verb('rescue', fc.constant(null), async (model, world) => {
    expect((await world.rescue()).sort(byNumber)).toEqual(working.rescue(model).sort(byNumber))
  }),
  verb('a worker says goodbye', given.pointer, async (model, world, at) => {
    const worker = given.workerAt(model, at)
    await world.deregister(worker)
    working.deregister(model, worker)
  }),
]

const OPERATING = [
  verb('cancel', given.pointers, async (model, world, at) => {
    const ids = given.idsAt(model, at)
    await world.cancel(ids, 'cancelled')
    operating.cancel(model, ids, 'cancelled')
  }),
  verb('cancel_job', given.pointer, async (model, world, at) => {
    const [id] = given.idsAt(model, [at])
    await world.call('cancel_job($1)', id)
    operating.cancel(model, [id as string], 'cancelled')
  }),
  verb('discard', fc.tuple(given.pointers, fc.boolean()), async (model, world, [at, inSql]) => {
    const ids = given.idsAt(model, at)
    if (inSql) await world.call('permanently_fail_jobs($1, $2)', ids, 'why not')
    else await world.discard(ids, 'why not')
    operating.discard(model, ids, 'why not')
  }),
  verb('complete_jobs', given.pointers, async (model, world, at) => {
    const ids = given.idsAt(model, at)
    await world.call('complete_jobs($1)', ids)
    operating.completeByHand(model, ids)
  }),
  verb('retry', fc.tuple(given.pointer, fc.boolean()), async (model, world, [at, inSql]) => {
    const ids = given.idsAt(model, [at])
    if (inSql) await world.call('retry_jobs($1)', ids)
    else await world.retry(ids)
    operating.retry(model, ids)
  }),
  verb('reschedule', fc.tuple(given.pointers, given.plan), async (model, world, [at, plan]) => {
    const ids = given.idsAt(model, at)
    await world.reschedule(ids, plan)
    operating.reschedule(model, ids, plan)
  }),
  verb('reschedule_jobs', fc.tuple(given.pointers, given.planInSql), async (model, world, [at, plan]) => {
    const ids = given.idsAt(model, at)
    const { hours, priority, attempt, maxAttempts } = plan
    const values = [ids, hours, priority, attempt, maxAttempts]
    await world.call(`reschedule_jobs($1, now() + $2 * interval '1 hour', $3, $4, $5)`, ...values)
    operating.reschedule(model, ids, plan)
  }),
  verb('remove', given.pointers, async (model, world, at) => {
    const ids = given.idsAt(model, at)
    await world.remove(ids)
    operating.remove(model, ids)
  }),
  verb('remove_job', given.pointer, async (model, world, at) => {
    const [id] = given.idsAt(model, [at])
    await world.call('remove_job($1::bigint)', id)
    operating.removeInSql(model, id as string)
  }),
  verb('remove_job by key', fc.constantFrom('k', 'l'), async (model, world, key) => {
    await world.call('remove_job($1::text)', key)
    const id = model.keys.get(key)
    if (id !== undefined) operating.removeInSql(model, id)
  }),
  verb('pause or resume', fc.tuple(given.lane, fc.boolean()), async (model, world, [queue, paused]) => {
    await world.call(paused ? 'pause_queue($1)' : 'resume_queue($1)', queue)
    operating.changeQueue(model, queue, { paused })
  }),
  verb('set concurrency', fc.tuple(given.lane, given.few), async (model, world, [queue, concurrency]) => {
    await world.setConcurrency(queue, concurrency)
    operating.changeQueue(model, queue, { concurrency })
  }),
  verb('pause or resume cron', fc.tuple(given.cron, fc.boolean()), async (model, world, [name, isPaused]) => {
    await world.pauseCron(name, isPaused)
    if (isPaused) model.pausedCrons.add(name)
    else model.pausedCrons.delete(name)
  }),
  verb('sweep', fc.constant(null), (_, world) => world.sweep()),
  verb('time passes', given.few, async (model, world, hours) => {
    await world.travel(hours)
    operating.travel(model, hours)
  }),
]

/** Without jobs there is nothing to do, and nothing happens to jobs that nobody claims. */
const times = (count: number, all: readonly fc.Arbitrary<Command>[]) =>
  Array.from({ length: count }, () => all).flat()
export const COMMANDS = [...times(4, SCHEDULING), ...times(2, WORKING), ...OPERATING]
