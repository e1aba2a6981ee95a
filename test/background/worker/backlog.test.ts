import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ClaimedJob } from '../../../background/engine/claimed-job.ts'
import { Backlog, unitOfJob, unitOfRun } from '../../../background/worker/backlog.ts'

function jobOf(id: string, priority = 0, runAt = 0): ClaimedJob {
  const rest = { claim: '1', task: 'A', queue: undefined, createdAt: 0, waited: 0, payload: '{}' }
  return { id, priority, runAt, attempt: 1, maxAttempts: 25, crashes: 0, flags: [], ...rest }
}

const anyJob = fc
  .tuple(fc.bigInt(1n, 10n ** 12n), fc.integer({ min: -2, max: 2 }), fc.integer({ min: 0, max: 3 }))
  .map(([id, priority, runAt]) => jobOf(String(id), priority, runAt))

/** As the database orders them. */
function inOrder(jobs: readonly ClaimedJob[]): ClaimedJob[] {
  return [...jobs].sort(
    (a, b) => a.priority - b.priority || a.runAt - b.runAt || Number(BigInt(a.id) - BigInt(b.id)),
  )
}

test('whatever comes in whatever order leaves as the database would order it', () => {
  fc.assert(
    fc.property(fc.array(anyJob, { maxLength: 60 }), jobs => {
      const backlog = new Backlog()
      for (const job of jobs) backlog.add(unitOfJob(job))
      expect(backlog.size).toBe(jobs.length)
      const taken = jobs.map(() => backlog.take()?.jobs[0])
      expect(taken.map(job => [job?.priority, job?.runAt, job?.id])).toEqual(
        inOrder(jobs).map(job => [job.priority, job.runAt, job.id]),
      )
      expect(backlog.take()).toBeUndefined()
      expect(backlog.size).toBe(0)
    }),
  )
})

test('a run counts all its jobs and is as urgent as its first', () => {
  const backlog = new Backlog()
  backlog.add(unitOfJob(jobOf('1', 1)))
  backlog.add(unitOfRun({ claim: '2', queue: 'q', slot: 1, jobs: [jobOf('2', 0), jobOf('3', 9)] }))
  expect(backlog.size).toBe(3)
  expect(backlog.take()?.run?.queue).toBe('q')
  expect(backlog.size).toBe(1)
})

test('everything can be taken at once, and it is known how long the oldest has waited', () => {
  const backlog = new Backlog()
  expect(backlog.oldest()).toBe(Number.POSITIVE_INFINITY)
  const old = { ...unitOfJob(jobOf('1')), since: 5 }
  backlog.add(old)
  backlog.add({ ...unitOfJob(jobOf('2', -1)), since: 9 })
  backlog.add({ ...unitOfJob(jobOf('3')), since: 10 })
  expect(backlog.oldest()).toBe(5)
  expect(backlog.takeAll()).toContain(old)
  expect([backlog.size, backlog.take()]).toEqual([0, undefined])
})
