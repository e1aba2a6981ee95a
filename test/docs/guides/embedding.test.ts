import { expect, onTestFinished, test, vi } from 'vitest'
import { runOptionNames } from '../../../background/run-options.ts'
import { useDatabase } from '../../support/database.ts'
import { guideOf } from '../../support/guide.ts'
import { readPage, tableRows } from '../../support/markdown.ts'

const database = useDatabase()

test('the table has every option, and no other', () => {
  const rows = tableRows(readPage('docs/guides/embedding.md').text, 'option')
  const names = rows.flatMap(([names = '']) => names.replaceAll('`', '').split(', '))
  expect(names.sort()).toEqual([...runOptionNames].sort())
})

test('the examples do what they say', async () => {
  await database().query('create table users (id int)')
  const written = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => written.mockRestore())
  const listeners = ['SIGTERM', 'SIGINT'] as const
  const before = listeners.map(signal => process.listeners(signal))
  onTestFinished(() => {
    for (const [index, signal] of listeners.entries())
      for (const listener of process.listeners(signal))
        if (!before[index]?.includes(listener)) process.off(signal, listener as () => void)
  })
  const guide = await guideOf('docs/guides/embedding.md', { 'postgres://localhost/shop': database().url })
  await guide.load('worker.ts')
  await guide.run()
  const lines = written.mock.calls.map(call => call.join(' '))
  expect(lines).toEqual([
    'sent to ann@example.com',
    '0 completed, 0 to be retried, 0 discarded',
    'up to date',
    'info: is ready {"part":"billing","port":3000}',
  ])
  expect(
    await database().query(
      `select tags from background.jobs union all select tags from background.history where task = 'Report'`,
    ),
  ).toEqual([{ tags: ['tenant:acme'] }])
})
