import { expect, test } from 'vitest'
import { cancelJobs } from '../../../background/engine/cancel.ts'
import { pauseQueue, resumeQueue } from '../../../background/engine/queue-pause.ts'
import { setConcurrency } from '../../../background/engine/queues.ts'
import { sweep } from '../../../background/engine/sweep.ts'
import { closingOf, useEngine } from '../../support/engine.ts'

const engine = useEngine()

test('settings that say nothing go, the others stay', async () => {
  await setConcurrency(engine().db, { parallel: 2 })
  await pauseQueue(engine().db, 'paused', {})
  await pauseQueue(engine().db, 'plain', {})
  await resumeQueue(engine().db, 'plain')
  expect(await sweep(engine().db)).toBe(1)
  expect(await engine().column('select name from background.queue order by 1')).toEqual([
    'parallel',
    'paused',
  ])
})

test('notes about jobs that have ended go, those about running ones stay', async () => {
  const [, b] = (await engine().enqueue({}, {})) as [string, string]
  const worker = await engine().worker()
  const jobs = await engine().claim(worker)
  await cancelJobs(
    engine().db,
    jobs.map(job => job.id),
    'x',
    { keep: 60, byTask: {} },
  )
  await engine().complete(worker, jobs.slice(0, 1))
  await sweep(engine().db)
  expect(await engine().column('select job_id from background.cancellation')).toEqual([b])
  await engine().complete(worker, jobs.slice(1), {}, closingOf(...jobs))
})
