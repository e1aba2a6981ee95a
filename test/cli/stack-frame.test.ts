import { expect, test } from 'vitest'
import { appFrame } from '../../cli/stack-frame.ts'

const stack = (...lines: readonly string[]) => ({
  stack: ['TypeError: no', ...lines.map(line => `    at ${line}`)].join('\n'),
})

test('the innermost line of the app itself counts', () => {
  const error = stack(
    'node:internal/process/task_queues:95:5',
    'parse (/app/node_modules/zod/index.js:1:1)',
    'chunk (/app/.kretes/build/chunk.mjs:1:1)',
    'other (/elsewhere/file.ts:1:1)',
    'render (/app/server/report.ts:41:18)',
    'run (/app/tasks/SendReport.ts:3:1)',
  )
  expect(appFrame(error, '/app')).toBe('render (server/report.ts:41:18)')
})

test.each([
  ['async Object.run (file:///app/tasks/A%20b.ts:3:1)', 'Object.run (tasks/A b.ts:3:1)'],
  ['/app/tasks/Anonymous.ts:7:9', 'tasks/Anonymous.ts:7:9'],
  ['async /app/tasks/Anonymous.ts:7:9', 'tasks/Anonymous.ts:7:9'],
  ['new Report (/app/report.ts:1:2)', 'new Report (report.ts:1:2)'],
])('%s', (line, frame) => {
  expect(appFrame(stack(line), '/app')).toBe(frame)
})

test('an error from elsewhere, or no error at all, has none', () => {
  expect(appFrame(stack('node:fs:1:1', '/elsewhere/x.ts:1:1'), '/app')).toBeUndefined()
  for (const thrown of ['text', undefined, null, { stack: 5 }, {}])
    expect(appFrame(thrown, '/app')).toBeUndefined()
})
