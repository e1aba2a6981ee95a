import { expect, onTestFinished, test, vi } from 'vitest'
import { EVENT_NAMES } from '../../../background/events.ts'
import { useDatabase } from '../../support/database.ts'
import { guideOf } from '../../support/guide.ts'
import { readPage, tableRows } from '../../support/markdown.ts'

const database = useDatabase()

test('the table has every event, and no other', () => {
  const rows = tableRows(readPage('docs/guides/events.md').text, 'event')
  expect(rows.map(([name = '']) => name.replaceAll('`', ''))).toEqual([...EVENT_NAMES])
})

/** The names of its events, by what they are about. */
const GRAPHILE: Readonly<Record<string, string>> = {
  pool: 'create release fatalError gracefulShutdown forcefulShutdown',
  'pool:listen': 'connecting success error notification release',
  'pool:gracefulShutdown': 'error workerError complete',
  'pool:forcefulShutdown': 'error complete',
  localQueue: 'init setMode getJobs:complete returnJobs',
  'localQueue:refetchDelay': 'start abort expired',
  worker: 'create release stop getJob:start getJob:error getJob:empty fatalError',
  job: 'start success error failed complete',
  cron: 'starting started backfill prematureTimer overdueTimer schedule scheduled',
  resetLocked: 'started success failure',
}

test('it says what becomes of every event of Graphile Worker', () => {
  const { text } = readPage('docs/guides/events.md')
  const names = Object.entries(GRAPHILE).flatMap(([of, all]) => all.split(' ').map(name => `${of}:${name}`))
  const missing = [...names, 'gracefulShutdown', 'forcefulShutdown', 'stop'].filter(
    name => !text.includes(`\`${name}\``),
  )
  expect(missing).toEqual([])
})

test('the examples run', async () => {
  const written = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => written.mockRestore())
  const guide = await guideOf('docs/guides/events.md', { 'postgres://localhost/shop': database().url })
  await guide.run()
  expect(written.mock.calls).toEqual([[expect.stringMatching(/^worker \d+ is ready$/)]])
})
