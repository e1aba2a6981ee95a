import { after, every } from '../../framework/clock.ts'
import type { News, Sampler } from './sampler.ts'

/** A connection on which nothing is said for longer looks dead to whoever listens, and to proxies. */
const BEAT_MS = 10_000
/** Whoever watches for longer is asked anew who it is: browsers connect again by themselves. */
const LONGEST_MS = 300_000

/** News as server-sent events, until nobody reads them or the server stops. */
export function eventStream(sampler: Sampler, stopping: AbortSignal | undefined): Response {
  const encoder = new TextEncoder()
  let end = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      send('retry: 2000\n\nevent: beat\ndata: {}\n\n')
      const endings = [
        sampler.watch(news => send(told(news))),
        every(BEAT_MS, () => send('event: beat\ndata: {}\n\n')),
        after(LONGEST_MS, () => close()),
      ]
      end = () => {
        stopping?.removeEventListener('abort', close)
        for (const ending of endings.splice(0)) ending()
      }
      const close = () => {
        end()
        controller.close()
      }
      stopping?.addEventListener('abort', close, { once: true })
    },
    cancel: () => end(),
  })
  const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }
  return new Response(body, { headers })
}

function told({ topics, counts }: News): string {
  return `event: changed\ndata: ${JSON.stringify({ topics })}\n\nevent: counts\ndata: ${JSON.stringify(counts)}\n\n`
}
