import { expect, test } from 'vitest'
import { Sampler } from '../../dashboard/live/sampler.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { asking } from './stage.ts'

const engine = useEngine()
const clients = useClients(engine)

test('news arrive while somebody watches, and say nothing of payloads', async () => {
  const client = clients.open()
  const { get } = asking({ background: client })
  const answer = await get('/api/events')
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
  let heard = ''
  const listening = (async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      heard += value
    }
  })()
  await eventually(() => heard.includes('event: beat'))
  // the first look is what all others are compared with
  await eventually(async () => {
    await client.schedule({ task: 'SendEmail', payload: { secret: 'hush' } })
    return heard.includes('event: changed\ndata: {"topics":["jobs"]}')
  }, 20_000)
  expect(heard).not.toContain('hush')
  await reader.cancel()
  await listening
})

test('one look is for all who watch, and nobody looks when nobody does', async () => {
  const client = clients.open()
  let looks = 0
  const counted = {
    statistics: {
      pulse: () => client.statistics.pulse(),
      overview: () => {
        looks++
        return client.statistics.overview()
      },
    },
  }
  const sampler = new Sampler(async () => counted as never)
  const ends = [sampler.watch(() => {}), sampler.watch(() => {}), sampler.watch(() => {})]
  await eventually(() => looks === 2)
  for (const end of ends) end()
  expect(sampler.watchers).toBe(0)
  const then = looks
  const again = sampler.watch(() => {})
  await eventually(() => looks > then)
  expect(looks).toBe(then + 1)
  again()
})
