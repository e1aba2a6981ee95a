import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createRouter } from '../../framework/http.ts'
import { HttpServer } from '../../framework/http-server.ts'
import { createLogger } from '../../framework/logger.ts'
import { GET, POST, type Route } from '../../framework/routes.ts'
import { eventually } from '../support/eventually.ts'

const logger = createLogger({ level: 'silent' })

async function serve(...routes: Route[]): Promise<{ server: HttpServer; url: string }> {
  const server = new HttpServer(createRouter(routes, logger), { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.stop())
  await server.start()
  return { server, url: server.address?.url ?? '' }
}

/** A request of a browser: over a connection that it keeps for the next one. */
function getKeepingAlive(url: string): Promise<IncomingMessage> {
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  return new Promise((resolve, reject) => get(url, { agent }, resolve).on('error', reject))
}

test('it answers over the network and says where', async () => {
  const { server, url } = await serve(
    POST('/', async (request, { remoteAddress }) => `${await request.text()} ${remoteAddress}`),
  )
  expect(server.address).toEqual({
    host: '127.0.0.1',
    port: expect.any(Number),
    url: expect.stringMatching(/^http:\/\/127/),
  })
  expect(await (await fetch(url, { method: 'POST', body: 'hello' })).text()).toBe('hello 127.0.0.1')
})

test('a body that is no JSON is the client’s to correct, over the network too', async () => {
  const { url } = await serve(POST('/', request => request.json() as Promise<object>))
  expect(await (await fetch(url, { method: 'POST', body: '{"a":1}' })).json()).toEqual({ a: 1 })
  expect((await fetch(url, { method: 'POST', body: '{a' })).status).toBe(400)
})

test('an IPv6 address is written as a URL wants it', async () => {
  const server = new HttpServer(createRouter([GET('/', () => 'six')], logger), { host: '::1', port: 0 })
  onTestFinished(() => server.stop())
  await server.start()
  expect(await (await fetch(server.address?.url ?? '')).text()).toBe('six')
})

test('a port that is taken is said to be taken', async () => {
  const { server } = await serve()
  const second = new HttpServer(createRouter([], logger), {
    host: '127.0.0.1',
    port: server.address?.port ?? 0,
  })
  await expect(second.start()).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    hint: expect.stringContaining('PORT'),
  })
  expect(second.address).toBeUndefined()
})

test('an address nobody has is an error with a cause', async () => {
  const server = new HttpServer(createRouter([], logger), { host: '203.0.113.1', port: 0 })
  await expect(server.start()).rejects.toMatchObject({ code: 'CANNOT_LISTEN', cause: expect.any(Error) })
})

test('stopping lets the request under way finish, then does not wait for its idle connection', async () => {
  let finish: ((reply: string) => void) | undefined
  const slow = () =>
    new Promise<string>(resolve => {
      finish = resolve
    })
  const { server, url } = await serve(GET('/slow', slow))
  const response = getKeepingAlive(`${url}/slow`)
  await eventually(() => finish)
  const started = performance.now()
  const stopped = server.stop()
  await expect(fetch(url)).rejects.toThrow()
  finish?.('done')
  expect(await text(await response)).toBe('done')
  await stopped
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('a response without end hears that the server stops', async () => {
  const { server, url } = await serve(
    GET('/events', (_, { stopping }) => {
      const body = new ReadableStream({
        start(events) {
          events.enqueue(new TextEncoder().encode('hello'))
          stopping.addEventListener('abort', () => events.close())
        },
      })
      return new Response(body)
    }),
  )
  const response = await getKeepingAlive(`${url}/events`)
  const body = text(response)
  await server.stop()
  expect(await body).toBe('hello')
})

test('starting and stopping twice are once, and it can start again', async () => {
  const { server } = await serve(GET('/', () => 'here'))
  const before = server.address
  await server.start()
  expect(server.address).toBe(before)
  await Promise.all([server.stop(), server.stop()])
  await server.stop()
  expect(server.address).toBeUndefined()
  await server.start()
  expect(await (await fetch(server.address?.url ?? '')).text()).toBe('here')
})

test('a connection that sends nonsense disturbs nobody', async () => {
  const { server, url } = await serve(GET('/', () => 'fine'))
  const socket = connect(server.address?.port ?? 0, '127.0.0.1', () => socket.end('nonsense\r\n\r\n'))
  await text(socket)
  expect(await (await fetch(url)).text()).toBe('fine')
})
