import { expect, test } from 'vitest'
import { cancelJobs } from '../../../background/engine/cancel.ts'
import { countJobs } from '../../../background/engine/count.ts'
import { listIds, listJobs, listPreviews } from '../../../background/engine/list.ts'
import type { Search } from '../../../background/engine/search.ts'
import { FINISHED, JOB_STATES, type JobState, UNFINISHED } from '../../../background/job.ts'
import { parseQuery } from '../../../background/query.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { callsOf } from '../../support/engine-plans.ts'

const engine = useEngine()
const STOPPED = ['scheduled', 'running', 'cancelled', 'discarded'] as const
const EVERY: Search = { states: JOB_STATES }

async function list(search: Partial<Search> = {}, limit = 100) {
  return (await listJobs(engine().db, { ...EVERY, ...search }, limit)).items.map(job => job.id)
}

/** A job in each state, by state. */
async function oneOfEach(): Promise<Record<JobState, string>> {
  const ids = await engine().enqueue({ priority: -1 }, {}, {}, {}, { delay: 60_000 }, { delay: 60_000 })
  const [completed, failed, discarded, running, scheduled, cancelled] = ids as string[] as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const worker = await engine().worker()
  const [a, b, c, d] = await engine().claim(worker)
  await engine().complete(worker, [a as never], { result: '{"ok":true}' })
  await engine().fail(worker, [b as never], { error: '{"message":"later"}' })
  await engine().fail(worker, [c as never], { again: null, error: '{"message":"never"}' })
  expect(d?.id).toBe(running)
  await cancelJobs(engine().db, [cancelled], 'x', { keep: 60, byTask: {} })
  const [available] = (await engine().enqueue({})) as [string]
  return { completed, retryable: failed, discarded, running, scheduled, cancelled, available }
}

test('every job there is, newest first, with all that is known of it', async () => {
  const jobs = await oneOfEach()
  expect(await list()).toEqual(Object.values(jobs).sort((a, b) => Number(b) - Number(a)))
  const { items } = await listJobs(engine().db, EVERY, 100)
  for (const [state, id] of Object.entries(jobs)) expect(items.find(job => job.id === id)?.state).toBe(state)
  expect(items.find(job => job.state === 'completed')).toMatchObject({
    result: '{"ok":true}',
    ms: 1,
    attempt: 1,
  })
  const running = items.find(job => job.state === 'running')
  expect(running?.worker).toBe(await engine().value('select id from background.worker'))
  expect(running?.claimedAt).toBeInstanceOf(Date)
})

test('by state, one or several, alone and together with all the others', async () => {
  const jobs = await oneOfEach()
  for (const state of JOB_STATES) expect(await list({ states: [state] })).toEqual([jobs[state]])
  expect(await list({ states: ['retryable', 'discarded'] })).toEqual([jobs.discarded, jobs.retryable])
  expect(await list({ states: ['running', 'completed'] })).toEqual([jobs.running, jobs.completed])
  expect(await list({ states: ['running', 'available'] })).toEqual([jobs.available, jobs.running])
})

test('by task, queue, tag and time', async () => {
  const [a, b, c] = (await engine().enqueue({ task: 'B' }, { queue: 'q' }, { tags: ['x', 'y'] })) as string[]
  expect(await list({ task: 'B' })).toEqual([a])
  expect(await list({ queue: 'q' })).toEqual([b])
  expect(await list({ tag: 'y' })).toEqual([c])
  expect(await list({ tag: 'y', task: 'B' })).toEqual([])
  expect(await list({ since: new Date(Date.now() - 60_000) })).toEqual([c, b, a])
  expect(await list({ since: new Date(Date.now() + 60_000) })).toEqual([])
})

test('by key: the job that has it, and those that had it', async () => {
  const first = await engine().keyed({})
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await engine().complete(worker, jobs, {}, closingOf(...jobs))
  const second = await engine().keyed({})
  await engine().enqueue({}, {})
  expect(await list({ key: 'k' })).toEqual([second, first])
  expect(await list({ key: 'k', states: ['completed'] })).toEqual([first])
  expect(await list({ key: 'k', states: ['available'] })).toEqual([second])
  expect(await list({ key: 'other' })).toEqual([])
})

test('page by page each job comes once, also when new ones are scheduled in between', async () => {
  const ids = await engine().enqueue(...Array.from({ length: 25 }, () => ({})))
  const seen: string[] = []
  for (let before: string | undefined, n = 0; n < 4; n++) {
    const { items, next } = await listIds(engine().db, { ...EVERY, before }, 10)
    seen.push(...items)
    await engine().enqueue({})
    before = next
    if (n < 2) expect(next).toBe(items.at(-1))
    else {
      expect(next).toBeUndefined()
      break
    }
  }
  expect(seen).toEqual([...ids].reverse())
})

test('a page ends after ten thousand looks, and says where to go on', async () => {
  await engine().query(`
    insert into background.finished (id, finished_at, expires_at, created_at, run_at, priority, attempt, state, task, payload)
    select n, now(), now() + interval '1 day', now(), now(), 0, 1, 1, case when n = 1 then 'Rare' else 'A' end, '{}'
      from generate_series(1, 25000) n`)
  const rare = { ...EVERY, task: 'Rare' }
  const first = await listJobs(engine().db, rare, 10)
  expect(first).toEqual({ items: [], next: '15001' })
  const second = await listJobs(engine().db, { ...rare, before: first.next }, 10)
  expect(second).toEqual({ items: [], next: '5001' })
  const third = await listJobs(engine().db, { ...rare, before: second.next }, 10)
  expect(third.items.map(job => job.id)).toEqual(['1'])
  expect(third.next).toBeUndefined()
})

test('jobs are counted among the newest, and it is said when there are more', async () => {
  await oneOfEach()
  expect(await countJobs(engine().db, EVERY, 100)).toEqual({ count: 7, capped: false })
  expect(await countJobs(engine().db, EVERY, 7)).toEqual({ count: 7, capped: false })
  expect(await countJobs(engine().db, EVERY, 6)).toEqual({ count: 6, capped: true })
  expect(await countJobs(engine().db, { states: ['discarded'] }, 1)).toEqual({ count: 1, capped: false })
  expect(await countJobs(engine().db, { ...EVERY, task: 'B' }, 100)).toEqual({ count: 0, capped: false })
})

test('whatever is looked for, the name of its statement is one that PostgreSQL keeps whole', async () => {
  const conditions = parseQuery('task:A').conditions
  const searches: Search[] = [{}, { key: 'k' }, { ids: ['1'] }].flatMap(more =>
    [JOB_STATES, UNFINISHED, FINISHED, ...JOB_STATES.map(state => [state]), STOPPED].map(states => {
      return { states, conditions, ...more }
    }),
  )
  for (const search of searches)
    for (const ask of [listJobs, listPreviews, listIds, countJobs])
      for (const [{ name }] of await callsOf(db => ask(db, search, 10))) expect(name.length).toBeLessThan(64)
})
