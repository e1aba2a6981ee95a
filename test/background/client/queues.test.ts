import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../../../background/client/client.ts'
import { Queue } from '../../../background/queue.ts'
import { useEngine } from '../../support/engine.ts'
import { hearing } from '../../support/hearing.ts'

const engine = useEngine()
let client: Client
beforeAll(() => {
  client = new Client({ url: engine().url, payloadLimit: 1_000 })
})
afterAll(() => client.close())

const coded = (code: string) => expect.objectContaining({ code })

test('a queue is paused and resumed, by its name or as a Queue', async () => {
  const heard = await hearing(engine())
  const paused = await client.queues.pause(Queue.for('email'), { reason: 'provider down', by: 'ann' })
  expect(paused).toMatchObject({ name: 'email', paused: { by: 'ann', reason: 'provider down' } })
  expect(await client.queues.get('email')).toEqual(paused)
  expect(await client.queues.resume('email')).toMatchObject({ paused: undefined })
  await heard.until(rings => rings.includes('queued'))
})

test('its concurrency is set', async () => {
  expect(await client.queues.setConcurrency('q', 5)).toMatchObject({ concurrency: 5 })
  expect(await client.queues.setConcurrency('q', 1)).toMatchObject({ concurrency: 1 })
  await expect(client.queues.setConcurrency('q', 0)).rejects.toEqual(coded('INVALID_OPTION'))
})

test('page by page', async () => {
  await engine().enqueue({ queue: 'a' }, { queue: 'b' }, { queue: 'c' })
  const first = await client.queues.list({ limit: 2 })
  expect(first).toMatchObject({ queues: [{ name: 'a' }, { name: 'b' }], cursor: 'b' })
  const second = await client.queues.list({ limit: 2, cursor: first.cursor })
  expect(second).toMatchObject({ queues: [{ name: 'c' }], cursor: undefined })
})

test('names and texts that cannot be are refused', async () => {
  await expect(client.queues.get('')).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(client.queues.pause('q', { reason: 'a\0b' })).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(client.queues.list({ limit: 0 })).rejects.toEqual(coded('INVALID_OPTION'))
  expect(await engine().value('select count(*)::int from background.queue')).toBe(0)
})

test('workers are listed', async () => {
  const id = await engine().worker()
  expect(await client.workers.list()).toMatchObject([{ id, alive: true }])
})
