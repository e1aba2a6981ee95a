import { expect, onTestFinished, test, vi } from 'vitest'
import { VERBS } from '../../../dashboard/access.ts'
import type { Dashboard, DashboardOptions } from '../../../dashboard/index.ts'
import type { App } from '../../../framework/index.ts'
import { useDatabase } from '../../support/database.ts'
import { guideOf } from '../../support/guide.ts'
import { readPage, tableRows } from '../../support/markdown.ts'

const database = useDatabase()
const GUIDE = 'docs/guides/dashboard.md'

test('the dashboard of the examples answers, wherever they mount it', async () => {
  vi.stubEnv('PORT', '0')
  vi.stubEnv('DATABASE_URL', database().url)
  onTestFinished(() => void vi.unstubAllEnvs())
  const guide = await guideOf(GUIDE)
  const { app } = (await guide.load('server/app.ts')) as { app: App }
  await app.start()
  onTestFinished(() => app.stop())
  const ask = async (handle: (request: Request) => unknown) => {
    const request = new Request('http://localhost/background/queues', { headers: { 'x-admin': 'hunter2' } })
    const answer = (await handle(request)) as Response
    return [answer.status, (await answer.text()).includes('<h1>Queues')]
  }
  const { server } = (await guide.load('server/hono.ts')) as {
    server: { fetch: (request: Request) => unknown }
  }
  const { GET } = (await guide.load('app/background/route.ts')) as { GET: Dashboard }
  for (const handle of [app.fetch, server.fetch, GET]) expect(await ask(handle)).toEqual([200, true])
  await guide.load('server/node.ts')
})

test('the table has every option, and no other', () => {
  const options: Record<keyof DashboardOptions, true> = {
    ...{ background: true, authorize: true, readOnly: true, redact: true, latencyTarget: true },
    ...{ links: true, title: true, environment: true, path: true },
  }
  const names = tableRows(readPage(GUIDE).text, 'option').map(([name = '']) => name.replaceAll('`', ''))
  expect(names.sort()).toEqual(Object.keys(options).sort())
})

test('it names all that somebody may be allowed to do', () => {
  const { prose } = readPage(GUIDE)
  for (const verb of VERBS) expect(prose).toContain(`\`${verb}\``)
})
