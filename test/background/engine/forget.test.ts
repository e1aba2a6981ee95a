import { expect, test } from 'vitest'
import { find } from '../../../background/engine/find.ts'
import { forgetJobs } from '../../../background/engine/forget.ts'
import { expectConsistent, useEngine } from '../../support/engine.ts'
import { standingsOf } from '../../support/standings.ts'

const engine = useEngine()
const SUBJECT = /ann|4111/

async function forget(ids: readonly string[], keep = 3_600) {
  return standingsOf(await forgetJobs(engine().db, ids, { keep, byTask: {} }))
}

/** Every row of ours, as text. */
async function everything(): Promise<string> {
  const tables = await engine().column(
    `select format('background.%I', relname) from pg_class where relnamespace = 'background'::regnamespace and relkind = 'r'`,
  )
  const rows = await Promise.all(tables.map(table => engine().query(`select * from ${table}`)))
  return JSON.stringify(rows)
}

/** One that waits, one for later, one in a queue, a completed and a discarded one. All of them are about ann. */
async function subjects(): Promise<string[]> {
  const about = { payload: '{"to":"ann","card":4111}', tags: ['ann'] }
  const ids = await engine().enqueue(about, { ...about, delay: 60_000 }, { ...about, queue: 'q' })
  const finished = await engine().column(`
    insert into background.finished (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, state, task, key, tags, payload, result, error, logs)
    select id, now(), now() + interval '1 day', now(), now(), 5, 0, 1, case when id = 900 then 1 else 3 end, 'A', 'ann', '{ann}',
           '{"to":"ann"}', '{"sent":"ann"}', '{"message":"no ann"}', '[{"attempt":1,"dropped":0,"lines":[{"message":"ann"}]}]'
      from unnest(array[900, 901]) id returning id::text`)
  return [...ids, ...(finished as string[])]
}

test('nothing is left of a subject but that there were jobs', async () => {
  const ids = await subjects()
  expect(await everything()).toMatch(SUBJECT)
  expect(Object.values(await forget(ids))).toEqual(ids.map(() => 'done'))
  expect(await everything()).not.toMatch(SUBJECT)
  const left = await Promise.all(ids.map(id => find(engine().db, id)))
  expect(left.map(job => job?.state)).toEqual([
    ...['cancelled', 'cancelled', 'cancelled', 'completed', 'discarded'],
  ])
  expect(left[3]).toMatchObject({ task: 'A', ms: 5, attempt: 1, payload: '{}', tags: [], error: undefined })
  await expectConsistent(engine())
})

test('doing it twice does nothing more', async () => {
  const ids = await subjects()
  await forget(ids)
  const before = await engine().query('select * from background.finished order by id')
  await forget(ids)
  expect(await engine().query('select * from background.finished order by id')).toEqual(before)
})

test('its key is free, and a job that is not kept leaves nothing', async () => {
  const id = await engine().keyed({})
  expect(await forget([id], 0)).toEqual({ [id]: 'done' })
  expect(await engine().value('select count(*)::int from background.job_key')).toBe(0)
  expect(await find(engine().db, id)).toBeUndefined()
  expect(await forget([id])).toEqual({ [id]: 'missing' })
})

test('a running job is left to its worker', async () => {
  const [id] = (await engine().enqueue({ payload: '{"to":"ann"}' })) as [string]
  await engine().claim(await engine().worker())
  expect(await forget([id])).toEqual({ [id]: 'running' })
  expect(await find(engine().db, id)).toMatchObject({ state: 'running', payload: '{"to":"ann"}' })
})
