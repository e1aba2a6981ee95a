import { expect, test } from 'vitest'
import type { WorkerInfo } from '../../background/operator.ts'
import { findWorker } from '../../cli/commands/background/workers/find-worker.ts'

const worker = (id: string, name: string, alive = true) =>
  ({ id, name, alive, leaseUntil: new Date() }) as WorkerInfo
const workers = [worker('17', 'web-1.41'), worker('18', 'web-1.412'), worker('29', 'web-2.7', false)]

test('a worker is found by its name, its id, or how one of them begins', () => {
  expect(findWorker('web-1.41', workers).id).toBe('17')
  expect(findWorker('web-1.412', workers).id).toBe('18')
  expect(findWorker('18', workers).id).toBe('18')
})

test('what may mean several, none, or a lost one is refused with what there is', () => {
  const refusal = (given: string) => {
    try {
      return findWorker(given, workers).id
    } catch (error) {
      return error
    }
  }
  expect(refusal('web-1')).toMatchObject({
    code: 'WORKER_AMBIGUOUS',
    message: expect.stringContaining('web-1.412 (18)'),
  })
  expect(refusal('api')).toMatchObject({ code: 'WORKER_NOT_FOUND', hint: expect.stringContaining('web-2.7') })
  expect(refusal('web-2')).toMatchObject({ code: 'WORKER_LOST' })
})
