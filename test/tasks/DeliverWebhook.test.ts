import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import DeliverWebhook from '../../tasks/DeliverWebhook.ts'
import { taskBench } from '../support/task-bench.ts'

interface Delivery {
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

interface Answer {
  readonly status: number
  readonly headers?: Record<string, string>
}

/** Answers with each of `answers` in turn; the last one repeats. */
async function startReceiver(...answers: Answer[]) {
  const deliveries: Delivery[] = []
  const server = createServer(async (request, response) => {
    deliveries.push({ headers: request.headers, body: JSON.parse(await text(request)) })
    const { status, headers } = answers[Math.min(deliveries.length, answers.length) - 1] as Answer
    response.writeHead(status, headers).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, deliveries }
}

test('the event arrives, with an id that the receiver may know it by', async () => {
  const receiver = await startReceiver({ status: 204 })
  const { run } = await taskBench({ DeliverWebhook })
  const job = await run(DeliverWebhook, { url: receiver.url, event: 'order.paid', data: { order: 7 } })
  expect(job).toMatchObject({ state: 'completed', result: { status: 204, attempt: 1 } })
  expect(receiver.deliveries).toHaveLength(1)
  expect(receiver.deliveries[0]?.headers['webhook-id']).toBe(job.id)
  expect(receiver.deliveries[0]?.body).toMatchObject({ event: 'order.paid', data: { order: 7 } })
})

test('a receiver that fails is tried again, after the first wait of the backoff and with the same id', async () => {
  const receiver = await startReceiver({ status: 500 }, { status: 200 })
  const { run, database } = await taskBench({ DeliverWebhook })
  const job = await run(DeliverWebhook, { url: receiver.url, event: 'order.paid' })
  expect(job).toMatchObject({ state: 'completed', attempt: 2, result: { status: 200, attempt: 2 } })
  expect(receiver.deliveries.map(({ headers }) => headers['webhook-id'])).toEqual([job.id, job.id])
  const [row] = await database.query(
    'select extract(epoch from finished_at - created_at)::float as seconds from background.history',
  )
  expect(row?.seconds).toBeGreaterThan(1)
})

test('a receiver that says when to come back is taken at its word', async () => {
  const receiver = await startReceiver({ status: 503, headers: { 'retry-after': '3600' } })
  const { fail } = await taskBench({ DeliverWebhook })
  const retry = await fail(DeliverWebhook, { url: receiver.url, event: 'order.paid' })
  expect(retry).toMatchObject({ attempt: 1, message: `${receiver.url} answered 503` })
  expect(retry.wait).toBeGreaterThan(3_590)
})

test('a receiver that is gone is left alone', async () => {
  const receiver = await startReceiver({ status: 410 })
  const { run } = await taskBench({ DeliverWebhook })
  const job = await run(DeliverWebhook, { url: receiver.url, event: 'order.paid' })
  expect(job).toMatchObject({ state: 'discarded', attempt: 1 })
  expect(job.error?.message).toBe(`${receiver.url} answered 410`)
})
