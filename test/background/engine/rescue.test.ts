import { expect, test } from 'vitest'
import { CRASHES_BEFORE_TRIAL, rescue } from '../../../background/engine/rescue.ts'
import { putOnTrial } from '../../../background/engine/trial.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()

/** A worker that has claimed so many jobs and died. */
async function dead(count: number, job = {}) {
  const ids = await engine().enqueue(...Array.from({ length: count }, () => job))
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await engine().expire(worker)
  return { ids, worker, jobs }
}

/** Whoever claims everything dies. */
async function crash(): Promise<void> {
  const worker = await engine().worker()
  await engine().claim(worker)
  await engine().claimQueues(worker)
  await engine().expire(worker)
  await rescue(engine().db, 60)
}

const crashes = () => engine().column('select crashes from background.job order by id')

test('the jobs of a dead worker wait again where they stood, with a crash and no attempt', async () => {
  const { ids } = await dead(3, { priority: 4 })
  expect((await rescue(engine().db, 60)).sort((a, b) => Number(a.id) - Number(b.id))).toEqual(
    ids.map(id => ({ id, task: 'A', queue: undefined, attempt: 0, maxAttempts: 25, discarded: undefined })),
  )
  expect(await engine().value('select count(*)::int from background.worker')).toBe(0)
  const other = await engine().worker()
  expect((await engine().claim(other)).map(job => [job.id, job.attempt, job.crashes])).toEqual(
    ids.map(id => [id, 1, 1]),
  )
})

test('its queues go on in their order, from the job it had', async () => {
  const ids = await engine().enqueue({ queue: 'q' }, { queue: 'q' }, { queue: 'q' })
  const worker = await engine().worker()
  await engine().claimQueues(worker, { perSlot: 2 })
  await engine().expire(worker)
  expect((await rescue(engine().db, 60)).length).toBe(2)
  expect(await engine().value('select count(*)::int from background.slot')).toBe(0)
  const { runs } = await engine().claimQueues(await engine().worker())
  expect(runs[0]?.jobs.map(job => job.id)).toEqual(ids)
})

test('what it had reported before is not taken back', async () => {
  const { ids, worker, jobs } = await dead(4)
  await engine().complete(worker, [jobs[0] as never])
  await engine().fail(worker, [jobs[1] as never])
  await engine().release(worker, [jobs[2] as never])
  expect(await rescue(engine().db, 60)).toMatchObject([{ id: ids[3], discarded: undefined }])
})

test('a living worker keeps its jobs', async () => {
  await engine().enqueue({})
  const worker = await engine().worker()
  await engine().claim(worker)
  expect(await rescue(engine().db, 60)).toEqual([])
  expect(await engine().value('select count(*)::int from background.claim')).toBe(1)
})

test('a dead worker that had nothing is forgotten', async () => {
  await engine().expire(await engine().worker())
  expect(await rescue(engine().db, 60)).toEqual([])
  expect(await engine().value('select count(*)::int from background.worker')).toBe(0)
})

test('twice is once, and so is several at once', async () => {
  for (let n = 0; n < 15; n++) {
    await engine().enqueue({}, {})
    const worker = await engine().worker()
    await engine().claim(worker)
    await engine().expire(worker)
  }
  const connections = Array.from({ length: 4 }, () => engine().connect())
  const rescued = (await Promise.all([...connections, ...connections].map(db => rescue(db, 60)))).flat()
  expect(rescued.length).toBe(30)
  expect(await rescue(engine().db, 60)).toEqual([])
  expect(new Set(await crashes())).toEqual(new Set([1]))
})

test('a claim that is being reported is left for the next time', async () => {
  const { worker, jobs } = await dead(2)
  const reporting = engine().connect()
  await reporting.run({ name: '', text: 'begin' }, [])
  await reporting.run({ name: '', text: 'select from background.claim for key share' }, [])
  expect(await rescue(engine().db, 60)).toEqual([])
  expect(await engine().complete(worker, [jobs[0] as never])).toEqual([jobs[0]?.id])
  await reporting.run({ name: '', text: 'commit' }, [])
  expect(await rescue(engine().db, 60)).toMatchObject([{ id: jobs[1]?.id, discarded: undefined }])
})

test('a worker that is claiming in this moment is left for the next time', async () => {
  const { worker } = await dead(1)
  const claiming = engine().connect()
  await claiming.run({ name: '', text: 'begin' }, [])
  await claiming.run({ name: '', text: 'select from background.worker where id = $1 for key share' }, [
    worker,
  ])
  expect(await rescue(engine().db, 60)).toEqual([])
  await claiming.run({ name: '', text: 'commit' }, [])
  expect((await rescue(engine().db, 60)).length).toBe(1)
})

test('a job is a suspect after three crashes, and stays one however often it is taken back', async () => {
  await engine().enqueue({}, {}, { queue: 'q' })
  for (const expected of [1, 2, 3, 3, 3]) {
    await crash()
    expect(await crashes()).toEqual([expected, expected, expected])
  }
})

/** A job that is on trial, and another one beside it, at a worker that has died. */
async function diedAtTrial(...jobs: object[]) {
  const ids = jobs.length > 0 ? await engine().enqueue(...jobs) : []
  await engine().query('update background.job set crashes = $1', [CRASHES_BEFORE_TRIAL])
  const worker = await engine().worker()
  const claimed = await engine().claim(worker)
  expect(await putOnTrial(engine().db, worker, claimed[0] as never)).toBe(true)
  await engine().expire(worker)
  return { ids, worker, claimed }
}

test('a job that was on trial is discarded with the reason; the other suspects are not', async () => {
  const { ids } = await diedAtTrial({ tags: ['x'] }, {})
  expect((await rescue(engine().db, 3_600)).sort((a, b) => Number(a.id) - Number(b.id))).toMatchObject([
    { id: ids[0], discarded: expect.stringContaining('4 workers died') },
    { id: ids[1], discarded: undefined },
  ])
  const [kept] = await engine().query(`
    select id, state, tags, attempt, error ->> 'name' as name, error ->> 'message' as message,
           extract(epoch from expires_at - finished_at)::int as keep from background.history`)
  expect(kept).toMatchObject({ id: ids[0], state: 'discarded', tags: ['x'], attempt: 0, name: 'WorkerDied' })
  expect(kept).toMatchObject({ keep: 3_600, message: expect.stringContaining('4 workers died') })
  expect(await crashes()).toEqual([CRASHES_BEFORE_TRIAL])
})

test('a discarded one frees its key and is not kept where nothing is', async () => {
  await engine().keyed({})
  const { worker, claimed } = await diedAtTrial()
  expect(await rescue(engine().db, 0)).toMatchObject([{ discarded: expect.any(String) }])
  expect(await engine().column('select job_id from background.job_key')).toEqual([])
  expect(await engine().column('select id from background.finished')).toEqual([])
  expect(await engine().complete(worker, claimed, {}, closingOf(...claimed))).toEqual([])
})
