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

test('the examples run', async () => {
  const written = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => written.mockRestore())
  const guide = await guideOf('docs/guides/events.md', { 'postgres://localhost/shop': database().url })
  await guide.run()
  expect(written.mock.calls).toEqual([[expect.stringMatching(/^worker \d+ is ready$/)]])
})
