import { expect, test } from 'vitest'
import { enqueueAll } from '../../../background/engine/enqueue.ts'
import { rest, rise } from '../../../background/engine/rest.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { hearing } from '../../support/hearing.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const engine = useEngine()
const JOB = { task: 'A', payload: '{}' }

/** What is heard of `write`, committed. */
async function ringsOf(write: () => Promise<unknown>): Promise<string[]> {
  const ear = await hearing(engine())
  await write()
  await engine().query(`select pg_notify('background', 'end')`)
  let heard: string[] = []
  await ear.until(rings => {
    heard = rings
    return rings.at(-1) === 'end'
  })
  return heard.slice(0, -1)
}

const add = (what = '') => engine().query(`select background.add_job('A'${what})`)

test('a job written by SQL rings only while somebody rests', async () => {
  const [one, two] = [engine().connect(), engine().connect()]
  expect(await ringsOf(() => add())).toEqual([])
  expect((await rest(one, [0])).rests).toBe(true)
  expect((await rest(two, [0])).rests).toBe(true)
  expect(await ringsOf(() => add())).toEqual(['free'])
  await rise(one)
  expect(await ringsOf(() => add())).toEqual(['free'])
  await rise(two)
  expect(await ringsOf(() => add())).toEqual([])
})

test('it says what kind of job it is, and several that are the same ring once', async () => {
  await rest(engine().connect(), [0])
  expect(await ringsOf(() => add(`, queue_name => 'q'`))).toEqual(['queued'])
  expect(await ringsOf(() => add(`, run_at => now() + interval '1 hour'`))).toEqual(['later'])
  expect(await ringsOf(() => add(`, job_key => 'k'`))).toEqual(['free'])
  const specs = Array.from({ length: 5 }, () => `('A', null, null, null, null, null, null, null)`)
  expect(
    await ringsOf(() => engine().query(`select background.add_jobs(array[${specs}]::background.job_spec[])`)),
  ).toEqual(['free'])
})

test('so do jobs that an app schedules in a transaction of its own, when it commits', async () => {
  await rest(engine().connect(), [0])
  const heard = await ringsOf(async () => {
    const trx = await openTransaction(engine().url)
    await enqueueAll(trx.executor, [JOB, { ...JOB, queue: 'q' }], 'free queued')
    await engine().query(`select pg_notify('background', 'before')`)
    await trx.commit()
  })
  expect(heard).toEqual(['before', 'free queued'])
})

test('a session that is gone does not rest', async () => {
  const one = engine().connect()
  await rest(one, [0])
  await one.close()
  expect(await ringsOf(() => add())).toEqual([])
})

test('nobody waits: neither who rests for who writes, nor the other way round', async () => {
  const writing = await openTransaction(engine().url)
  await writing.query(`select background.add_job('A')`)
  const one = engine().connect()
  expect((await rest(one, [0])).rests).toBe(true)
  await add()
  await rise(one)
  await writing.query(`select background.add_job('A')`)
  await writing.commit()
})

test('who rests knows which transactions may not have rung, and when they have ended', async () => {
  const one = engine().connect()
  const before = await openTransaction(engine().url)
  await before.query(`select background.add_job('A')`)
  const first = await rest(one, [0])
  expect(first).toMatchObject({ rests: true, free: false })
  expect(first.allEndedBefore).toBeLessThan(first.since)
  const after = await openTransaction(engine().url)
  await after.query(`select background.add_job('A')`)
  expect((await rest(one, [0])).allEndedBefore).toBeLessThan(first.since)
  await before.commit()
  await eventually(async () => {
    const last = await rest(one, [0])
    expect(last.free).toBe(true)
    return last.allEndedBefore >= first.since
  })
  await after.commit()
})
