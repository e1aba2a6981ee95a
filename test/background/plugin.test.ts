import { afterEach, expect, test } from 'vitest'
import { stampName } from '../../background/identity.ts'
import { Background, background } from '../../background/index.ts'
import { createApp } from '../../framework/app.ts'
import { createLogger } from '../../framework/logger.ts'
import { appOf } from '../support/app-files.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'

const engine = useEngine()
// stopped before the engine empties its tables, for which it would have to wait
const ending: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(ending.splice(0).map(end => end())))

test('an app hears what happens in its worker, from the beginning', async () => {
  const heard: string[] = []
  const events = {
    'worker:ready': () => void heard.push('ready'),
    'job:completed': ({ result }: { result: unknown }) => void heard.push(`completed: ${result}`),
  }
  const { root } = await appOf({ 'tasks/Work.ts': 'export default () => 5' })
  const config = { database: engine().url, background: { worker: true } }
  const logger = createLogger({ level: 'silent' })
  const app = createApp({ root, plugins: [background({ events })], config, logger })
  await app.start()
  ending.push(() => app.stop())
  const Work = () => {}
  stampName(Work, 'Work')
  await Background.schedule({ task: Work })
  await eventually(() => heard.includes('completed: 5'))
  expect(heard[0]).toBe('ready')
})

test('an app operates the cron entries of its database', async () => {
  const { root } = await appOf({})
  const logger = createLogger({ level: 'silent' })
  const app = createApp({ root, plugins: [background()], config: { database: engine().url }, logger })
  await app.setup()
  ending.push(() => app.stop())
  await Background.crons.add({ task: 'SendReport', name: 'evening', expression: '0 18 * * *' })
  await Background.crons.pause('evening')
  expect(await Background.crons.list()).toMatchObject([{ name: 'evening', pausedAt: expect.any(Date) }])
  await Background.crons.remove('evening')
  await expect(Background.crons.get('evening')).rejects.toMatchObject({ code: 'CRON_NOT_FOUND' })
})
