import { expect, test } from 'vitest'
import type { ClaimedJob } from '../../../background/engine/claimed-job.ts'
import { Emitter } from '../../../background/events.ts'
import { createRegistry } from '../../../background/registry.ts'
import { unitOfJob } from '../../../background/worker/backlog.ts'
import type { Attempt } from '../../../background/worker/executor.ts'
import { Slots } from '../../../background/worker/slots.ts'
import { createLogger } from '../../../framework/logger.ts'
import { eventually } from '../../support/eventually.ts'

const JOB = { claim: '1', task: 'A', queue: undefined, priority: 0, runAt: 0, createdAt: 0, claimedAt: 0 }
const job = (id: string): ClaimedJob => ({
  ...JOB,
  id,
  attempt: 1,
  maxAttempts: 25,
  crashes: 0,
  payload: '{}',
})

/** One slot that runs `run`, and what ended in it. */
function slotOf(run: () => unknown): { slots: Slots; ended: Attempt[] } {
  const ended: Attempt[] = []
  const slots = new Slots({
    ...{ concurrency: 1, registry: createRegistry({ A: run }), events: new Emitter(() => {}) },
    logger: createLogger({ level: 'silent' }),
    mayStart: () => true,
    onEnd: attempt => void ended.push(attempt),
    onGiveBack: () => {},
    onPutOff: () => {},
    onTrial: async () => true,
    onRoom: () => {},
  })
  return { slots, ended }
}

test('a job that waits here and is cancelled does not start, and the others do', async () => {
  const ran: string[] = []
  let finish = () => {}
  const { slots, ended } = slotOf(() => {
    ran.push('one')
    return new Promise<void>(resolve => {
      finish = resolve
    })
  })
  slots.offer([unitOfJob(job('1')), unitOfJob(job('2')), unitOfJob(job('3'))])
  slots.cancel([{ id: '2', reason: 'no longer wanted' }])
  finish()
  await eventually(() => ended.length === 2)
  expect(ended.map(({ job, outcome }) => [job.id, outcome])).toEqual([
    ['1', { kind: 'completed', result: undefined }],
    ['2', { kind: 'cancelled', reason: 'no longer wanted' }],
  ])
  finish()
  await eventually(() => ended.length === 3)
  expect(ran.length).toBe(2)
})

test('the same job claimed anew is another matter', async () => {
  const { slots, ended } = slotOf(() => {})
  slots.cancel([{ id: '1', reason: 'x' }])
  slots.offer([unitOfJob(job('1'))])
  expect(ended).toMatchObject([{ outcome: { kind: 'completed' } }])
})
