import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { TestBackground } from '../../../background/testing.ts'
import { freshDatabase } from '../../support/database.ts'
import { guideOf } from '../../support/guide.ts'
import { readPage, tableRows } from '../../support/markdown.ts'
import { REPOSITORY } from '../../support/sources.ts'

test('the table has every function, and no other', () => {
  const rows = tableRows(readPage('docs/guides/testing.md').text, 'function')
  const names = rows.map(([call = '']) => /\w+/.exec(call)?.[0])
  const functions = Object.getOwnPropertyNames(TestBackground.prototype).filter(
    name => name !== 'constructor',
  )
  expect(names.sort()).toEqual(functions.sort())
})

test('the tests in it pass', async () => {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const guide = await guideOf('docs/guides/testing.md')
  const vitest = join(REPOSITORY, 'node_modules/vitest/vitest.mjs')
  const config = join(REPOSITORY, 'test/docs/guides/vitest.config.ts')
  const args = ['run', '--root', guide.root, '--config', config, '--reporter', 'json']
  const env = { ...process.env, TEST_DATABASE_URL: database.url, VITEST: '', NODE_ENV: 'test' }
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, ...args], { cwd: guide.root, env })
  const report = JSON.parse(stdout.slice(stdout.indexOf('{')))
  expect(report).toMatchObject({ success: true, numPassedTests: 2 })
})
