import { afterEach, expect, test, vi } from 'vitest'
import { createRegistry } from '../../background/registry.ts'
import { ENDPOINTS } from '../../dashboard/api.ts'
import { PAGES } from '../../dashboard/pages.ts'
import { Connection } from '../../framework/connection.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { asking } from './stage.ts'

const engine = useEngine()
const clients = useClients(engine)
afterEach(() => vi.restoreAllMocks())

const READINGS = ENDPOINTS.filter(({ method }) => method === 'get').map(({ path }) => path)

test('whatever is looked at is asked in transactions that change nothing and end soon', async () => {
  const client = clients.open({ registry: createRegistry({ A: () => {} }) })
  const { get, send } = asking({ background: client })
  const { id } = await client.schedule({ task: 'A', payload: {}, queue: 'q' })
  await client.jobs.cancel(id)
  await client.crons.add({ task: 'A', name: 'nightly', expression: '@daily' })
  const bulk = await (await send('POST', '/api/bulk', { action: 'retry', q: 'task:None' })).json()
  await eventually(async () => (await client.activities.find(bulk.id))?.outcome)
  const names: Readonly<Record<string, string>> = {
    queues: 'q',
    tasks: 'A',
    cron: 'nightly',
    crons: 'nightly',
  }
  const filledIn = (path: string) =>
    path
      .replace(/(\w+)\/:name/, (_, room: string) => `${room}/${names[room]}`)
      .replace(/bulk\/:id/, `bulk/${bulk.id}`)
      .replace(':id', id)
  const alone = vi.spyOn(Connection.prototype, 'run')
  const together = vi.spyOn(Connection.prototype, 'runTogether')
  let asked = 0
  for (const path of [...PAGES.map(({ path }) => path), ...READINGS]) {
    together.mockClear()
    expect((await get(filledIn(path))).status, path).toBe(200)
    expect(alone.mock.calls, path).toEqual([])
    const first = together.mock.calls.map(([calls]) => calls[0]?.[0].text)
    for (const text of first) expect(text, path).toMatch(/transaction_read_only', 'on'.*statement_timeout/)
    asked += first.length
  }
  expect(asked).toBeGreaterThan(PAGES.length + READINGS.length)
  await engine().query('delete from background.cron')
})
