import { expect, test } from 'vitest'
import { jobLine, queueColumn, taskColumn } from '../../cli/worker/job-line.ts'

const job = { id: '81237', task: 'SendEmail', queue: undefined, attempt: 1, maxAttempts: 5 }
const plain = (_: unknown, text: string) => text
const withoutTime = (line: string) => line.slice('09:14:02.118  '.length)

test('dots fill the line up to the edge', () => {
  const line = jobLine({ job, waited: 3, ms: 212, outcome: 'done' }, { task: 10, queue: 0, line: 80 }, plain)
  expect(line).toHaveLength(80)
  expect(withoutTime(line)).toBe(`SendEmail   #81237   waited 3ms  ${'.'.repeat(20)}  212ms  done`)
})

test('a queue has a column where any job has one', () => {
  const layout = { task: 9, queue: 7, line: 90 }
  const lines = ['email', undefined].map(queue =>
    withoutTime(jobLine({ job: { ...job, queue }, waited: 3, ms: 1_400, outcome: 'done' }, layout, plain)),
  )
  expect(lines[0]).toBe(`SendEmail  #81237   email    waited 3ms  ${'.'.repeat(22)}   1.4s  done`)
  expect(lines[1]).toBe(`SendEmail  #81237            waited 3ms  ${'.'.repeat(22)}   1.4s  done`)
})

test('where there is no room the wait is left out, never the outcome', () => {
  const ended = { job, waited: 3, ms: 212, outcome: 'failed 1/5, again in 18s' }
  expect(withoutTime(jobLine(ended, { task: 9, queue: 0, line: 75 }, plain))).toBe(
    `SendEmail  #81237   ${'.'.repeat(8)}  212ms  failed 1/5, again in 18s`,
  )
  expect(jobLine(ended, { task: 9, queue: 0, line: 40 }, plain)).toContain('...  212ms  failed 1/5')
})

test('columns are as wide as the longest name, within reason', () => {
  expect(taskColumn(['A', 'billing/ChargeCard'])).toBe(18)
  expect(taskColumn(['x'.repeat(100)])).toBe(28)
  expect([queueColumn([]), queueColumn(['email'])]).toEqual([0, 5])
})
