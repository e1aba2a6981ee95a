import { expect, onTestFinished, test, vi } from 'vitest'
import { background } from '../../../background/operator.ts'
import { createRegistry } from '../../../background/registry.ts'
import { createApp } from '../../../framework/app.ts'
import { createLogger } from '../../../framework/logger.ts'
import { useDatabase } from '../../support/database.ts'
import { guideOf } from '../../support/guide.ts'

const database = useDatabase()

test('the examples do what they say', async () => {
  const guide = await guideOf('docs/guides/administration.md')
  const { default: SendEmail } = await guide.load('tasks/SendEmail.ts')
  createRegistry({ SendEmail: SendEmail as () => void })
  const config = { database: database().url }
  const logger = createLogger({ level: 'silent' })
  const app = createApp({ root: guide.root, plugins: [background()], config, logger })
  await app.setup()
  onTestFinished(() => app.stop())
  const written = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => written.mockRestore())
  await guide.run()
  const lines = written.mock.calls.map(call => call.join(' '))
  expect(lines).toContain('1 jobs today')
  expect(lines.find(line => line.startsWith('JOB_NOT_FOUND'))).toContain('there is no job 999999')
  expect(lines).toContain('0 0 the provider is down')
  // discarded by hand, then retried by the filter
  const rows = await database().query(
    'select state, attempt, priority from background.jobs where tags is null',
  )
  expect(rows).toEqual([{ state: 'available', attempt: 0, priority: -10 }])
})
