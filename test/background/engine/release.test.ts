import { expect, test } from 'vitest'
import { moveAside, setAside } from '../../../background/engine/lanes.ts'
import { rescue } from '../../../background/engine/rescue.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()

async function claimed(...jobs: object[]) {
  await engine().enqueue(...jobs)
  const worker = await engine().worker()
  return { worker, jobs: await engine().claim(worker) }
}

test('released jobs wait again exactly where they stood, with no attempt used', async () => {
  const { worker, jobs } = await claimed({ priority: 2 }, { priority: 1 }, { priority: 3 })
  const before = await engine().query('select * from background.job order by id')
  await engine().enqueue({ priority: 2 })
  expect((await engine().release(worker, jobs, closingOf(...jobs))).length).toBe(3)
  expect(await engine().query('select * from background.job order by id limit 3')).toEqual(before)
  const again = await engine().claim(worker)
  expect(again.map(job => [job.priority, job.attempt])).toEqual([
    [1, 1],
    [2, 1],
    [2, 1],
    [3, 1],
  ])
  expect(again.slice(0, 2).map(job => job.id)).toEqual(jobs.slice(0, 2).map(job => job.id))
})

test('a released job leaves its claim, the others stay in it', async () => {
  const { worker, jobs } = await claimed({}, {}, {})
  await engine().release(worker, [jobs[0] as never])
  expect(await engine().value('select ids from background.claim')).toEqual([jobs[1]?.id, jobs[2]?.id])
  expect((await engine().complete(worker, jobs.slice(1), {}, closingOf(...jobs))).length).toBe(2)
})

test('twice is once, also when somebody has claimed the job meanwhile', async () => {
  const { worker, jobs } = await claimed({}, {})
  const [first] = jobs
  expect(await engine().release(worker, [first as never])).toEqual([first?.id])
  expect(await engine().release(worker, [first as never])).toEqual([])
  const other = await engine().worker()
  expect((await engine().claim(other)).map(job => job.id)).toEqual([first?.id])
  expect(await engine().release(worker, [first as never])).toEqual([])
})

test('neither another worker nor one that was rescued from gives anything back', async () => {
  const { worker, jobs } = await claimed({}, {})
  const other = await engine().worker()
  expect(await engine().release(other, jobs, closingOf(...jobs))).toEqual([])
  expect(await engine().value('select count(*)::int from background.claim')).toBe(1)
  await engine().expire(worker)
  await rescue(engine().db, 60)
  expect(await engine().release(worker, jobs, closingOf(...jobs))).toEqual([])
})

test('a job that was moved goes to its new lane', async () => {
  const { worker, jobs } = await claimed({ task: 'Strange' }, { task: 'A' })
  await setAside(engine().db, ['Strange'])
  await moveAside(engine().db, worker, jobs.slice(0, 1))
  await engine().release(worker, jobs, closingOf(...jobs))
  expect((await engine().claim(worker)).map(job => job.task)).toEqual(['A'])
  expect((await engine().claim(worker, { lanes: [1] })).map(job => job.task)).toEqual(['Strange'])
})

test('a release of nothing still ends claims and frees slots', async () => {
  await engine().enqueue({ queue: 'q' })
  const worker = await engine().worker()
  const { runs } = await engine().claimQueues(worker)
  const jobs = runs.flatMap(run => run.jobs)
  await engine().complete(worker, jobs)
  await engine().release(worker, [], { claims: [runs[0]?.claim as string], slots: runs })
  expect(await engine().value('select count(*)::int from background.claim')).toBe(0)
  expect(await engine().value('select count(*)::int from background.slot')).toBe(0)
})
