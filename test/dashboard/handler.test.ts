import { expect, test } from 'vitest'
import { dashboard } from '../../dashboard/index.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'

const engine = useEngine()
const clients = useClients(engine)

test('shows the jobs, wherever it is mounted', async () => {
  const client = clients.open()
  const { id } = await client.schedule({ task: 'SendEmail', payload: {} })
  const handle = dashboard({ background: client, authorize: () => 'read' })
  const page = await (await handle(new Request('http://localhost/jobs'))).text()
  expect(page).toMatch(/^<!doctype html><html/)
  expect(page).toContain('<base href="./"/>')
  expect(page).toContain(`href="jobs/${id}"`)
})

test('without authorize nobody gets in but whoever sits at this machine', async () => {
  const handle = dashboard({ background: clients.open() })
  const ask = async (url: string, visit?: object) => (await handle(new Request(url), visit)).status
  expect(await ask('http://localhost/jobs')).toBe(403)
  expect(await ask('http://localhost/jobs', { remoteAddress: '10.0.0.1' })).toBe(403)
  expect(await ask('http://rebound.example/jobs', { remoteAddress: '127.0.0.1' })).toBe(403)
  expect(await ask('http://localhost/jobs', { remoteAddress: '127.0.0.1' })).toBe(200)
})
