import { expect, test } from 'vitest'
import type { Client } from '../../background/client/client.ts'
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
  const watched = counting(client)
  const ends = [1, 2, 3].map(() => watched.sampler.watch(() => {}))
  await eventually(() => watched.looks() === 2)
  for (const end of ends) end()
  expect(watched.sampler.watchers).toBe(0)
  const then = watched.looks()
  // in which another one looks three times, a second apart
  const other = counting(client)
  const end = other.sampler.watch(() => {})
  await eventually(() => other.looks() === 3)
  end()
  // one look may have been under way
  expect(watched.looks() - then).toBeLessThanOrEqual(1)
})

/** A sampler, and how often it has looked. */
function counting(client: Client) {
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
  return { sampler: new Sampler(async () => counted as never), looks: () => looks }
}
