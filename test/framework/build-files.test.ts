import { existsSync, utimesSync } from 'node:fs'
import { expect, test } from 'vitest'
import { removeOldBuildFiles, writeBuildFile } from '../../framework/build-files.ts'
import { appOf } from '../support/app-files.ts'

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

test('what no build has used for a week goes', async () => {
  const app = await appOf({ 'build/tasks/New.mjs': '', 'build/tasks/Old.mjs': '', 'build/Used.mjs': 'x' })
  for (const name of ['build/tasks', 'build/tasks/Old.mjs', 'build/Used.mjs']) {
    utimesSync(app.path(name), daysAgo(8), daysAgo(8))
  }
  writeBuildFile(app.path('build/Used.mjs'), Buffer.from('x'))
  removeOldBuildFiles(app.path('build'))
  expect(existsSync(app.path('build/tasks/New.mjs'))).toBe(true)
  expect(existsSync(app.path('build/Used.mjs'))).toBe(true)
  expect(existsSync(app.path('build/tasks/Old.mjs'))).toBe(false)
})

test('without a build there is nothing to remove', async () => {
  const app = await appOf({})
  removeOldBuildFiles(app.path('build'))
})
