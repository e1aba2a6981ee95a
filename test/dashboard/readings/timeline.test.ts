import { expect, test } from 'vitest'
import type { JobRecord } from '../../../background/operator.ts'
import { timelineOf } from '../../../dashboard/readings/timeline.ts'

const NOW = Date.parse('2026-11-22T08:00:00Z')
const at = (seconds: number) => new Date(NOW + seconds * 1_000)

const JOB: JobRecord = {
  ...{ id: '1', task: 'A', queue: undefined, state: 'available', priority: 0, attempt: 0, maxAttempts: 25 },
  ...{
    runAt: at(-60),
    createdAt: at(-60),
    claimedAt: undefined,
    finishedAt: undefined,
    expiresAt: undefined,
  },
  ...{ crashes: 0, key: undefined, tags: [], flags: [], payload: '{}', error: undefined, result: undefined },
  ...{ worker: undefined, cancelling: false, ms: undefined },
}
/** What an attempt that failed then has logged. */
const failed = (attempt: number, seconds: number) => ({
  attempt,
  lines: [
    { at: at(seconds - 1), level: 'info' as const, message: 'begins', fields: undefined },
    { at: at(seconds), level: 'error' as const, message: 'TypeError: no', fields: undefined },
  ],
  dropped: 0,
})

/** In words: each state, since when, and for how many seconds. */
function told(job: Partial<JobRecord>, ...logs: ReturnType<typeof failed>[]): string[] {
  return timelineOf({ ...JOB, ...job }, logs, NOW).map(({ state, at, ms, when }) => {
    const since = at === undefined ? '?' : (at.getTime() - NOW) / 1_000
    return when === 'ahead' ? state : `${state} ${since} for ${ms === undefined ? '?' : ms / 1_000}`
  })
}

test('a job that waits is available since it was scheduled', () => {
  expect(told({})).toEqual(['available -60 for 60', 'running', 'completed'])
})

test('one for later is scheduled until it is due', () => {
  const later = { state: 'scheduled', runAt: at(30) } as const
  expect(told(later)).toEqual(['scheduled -60 for 60', 'available', 'running', 'completed'])
})

test('one that runs has waited until it was claimed', () => {
  const running = { state: 'running', runAt: at(-50), claimedAt: at(-20) } as const
  expect(told(running)).toEqual([
    ...['scheduled -60 for 10', 'available -50 for 30', 'running -20 for 20', 'completed'],
  ])
})

test('one that has finished ran for as long as its attempt took, and stays where it is', () => {
  const done = { state: 'completed', attempt: 1, finishedAt: at(-10), ms: 4_000 } as const
  expect(told(done)).toEqual(['available -60 for 46', 'running -14 for 4', 'completed -10 for ?'])
})

test('one that is tried again waits since its last attempt has failed, not since it was scheduled', () => {
  const again = { state: 'retryable', attempt: 2, runAt: at(15) } as const
  const states = ['available', 'running', 'completed']
  expect(told(again, failed(1, -40), failed(2, -5))).toEqual(['retryable -5 for 5', ...states])
  expect(told(again)).toEqual(['retryable ? for ?', ...states])
  const discarded = {
    state: 'discarded',
    attempt: 2,
    runAt: at(-30),
    finishedAt: at(-10),
    ms: 4_000,
  } as const
  expect(told(discarded, failed(1, -40), failed(2, -10))).toEqual([
    ...['retryable -40 for 10', 'available -30 for 16', 'running -14 for 4', 'discarded -10 for ?'],
  ])
})
