import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { taskTypes, writeTaskTypes } from '../../../background/loader/types.ts'
import { appOf } from '../../support/app-files.ts'

test('every task gets its type', () => {
  const tasks = [
    { name: 'SendEmail', file: '/app/tasks/SendEmail.ts', exportName: 'default' },
    { name: 'billing/ChargeCard', file: '/app/tasks/billing/ChargeCard.mts', exportName: 'ChargeCard' },
    { name: "2nd's", file: '/app/tasks/Second.ts', exportName: 'default' },
    { name: 'Old', file: '/app/tasks/Old.js', exportName: 'default' },
  ]
  expect(
    taskTypes('/app', tasks),
  ).toBe(`// Written by ks from the files in tasks/; changes made here are lost.
export {}

declare module '@kretes/background' {
  interface Tasks {
    SendEmail: typeof import('../tasks/SendEmail.ts').default
    'billing/ChargeCard': typeof import('../tasks/billing/ChargeCard.mts').ChargeCard
    '2nd\\'s': typeof import('../tasks/Second.ts').default
    Old: import('@kretes/background').Task
  }
}
`)
})

test('the file is written when something changed', async () => {
  const app = await appOf({})
  const task = { name: 'A', file: app.path('tasks/A.ts'), exportName: 'default' }
  expect(writeTaskTypes(app.root, [task])).toBe(true)
  expect(writeTaskTypes(app.root, [task])).toBe(false)
  expect(await readFile(app.path('types/tasks.d.ts'), 'utf8')).toContain(
    "typeof import('../tasks/A.ts').default",
  )
  expect(writeTaskTypes(app.root, [])).toBe(true)
})
