import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { Wire } from './wire.ts'

/** A server that says everything back, a wire to it, and a client. */
async function laid() {
  let asked = ''
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', data => {
      asked += data
      socket.write(data)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const wire = new Wire(() => (server.address() as AddressInfo).port)
  const client = connect(await wire.lay(), '127.0.0.1')
  let heard = ''
  client.on('error', () => {})
  client.on('data', data => {
    heard += data
  })
  onTestFinished(async () => {
    client.destroy()
    await wire.end()
    server.close()
  })
  client.write('hello')
  await eventually(() => heard === 'hello')
  return { wire, client, heard: () => heard, asked: () => asked }
}

test('a delayed byte arrives later, and none overtakes another', async () => {
  const { wire, client, heard } = await laid()
  wire.delay(80)
  const since = performance.now()
  for (const word of ['a', 'b', 'c']) {
    client.write(word)
    await new Promise(resolve => setImmediate(resolve))
  }
  await eventually(() => heard() === 'helloabc')
  expect(performance.now() - since).toBeGreaterThan(155)
})

test('a narrow wire takes its time', async () => {
  const { wire, client, heard } = await laid()
  wire.throttle(1_000)
  const since = performance.now()
  client.write('x'.repeat(200))
  await eventually(() => heard().length === 205)
  expect(performance.now() - since).toBeGreaterThan(390)
})

test('on a muted wire questions arrive and answers get lost; healed, the connection is reset', async () => {
  const { wire, client, heard, asked } = await laid()
  wire.mute()
  client.write('more')
  await eventually(() => asked() === 'hellomore')
  const gone = closed(client)
  wire.heal()
  await gone
  expect(heard()).toBe('hello')
})

test('what is held arrives when the wire is healed', async () => {
  const { wire, client, heard, asked } = await laid()
  wire.hold()
  client.write('more')
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(asked()).toBe('hello')
  wire.heal()
  await eventually(() => heard() === 'hellomore')
})

test('what is held arrives although its client has hung up meanwhile', async () => {
  const { wire, client, asked } = await laid()
  wire.hold()
  client.write('more')
  await new Promise(resolve => setTimeout(resolve, 50))
  const gone = closed(client)
  client.destroy()
  await gone
  await new Promise(resolve => setTimeout(resolve, 50))
  wire.heal()
  await eventually(() => asked() === 'hellomore')
})

test('a connection is reset after so many bytes, in the middle of what is said', async () => {
  const { wire, client, heard } = await laid()
  wire.dropAfter(3)
  const gone = closed(client)
  client.write('more')
  await gone
  expect('hellomor'.startsWith(heard())).toBe(true)
})

test('a connection that is reset while it says goodbye leaves nothing open, which would keep this process', async () => {
  const before = openSockets()
  const { wire, client } = await laid()
  wire.hold()
  client.end()
  await once(client, 'finish')
  await new Promise(resolve => setTimeout(resolve, 50))
  wire.heal()
  wire.reset()
  await eventually(() => openSockets() <= before)
})

test('a wire that refuses lets nobody in until it is healed', async () => {
  const { wire, client } = await laid()
  const port = client.remotePort as number
  const gone = closed(client)
  wire.refuse()
  await gone
  const another = () => connect(port, '127.0.0.1').on('error', () => {})
  await closed(another())
  wire.heal()
  const welcome = another()
  onTestFinished(() => void welcome.destroy())
  await eventually(() => welcome.readyState === 'open')
})

const openSockets = () => process.getActiveResourcesInfo().filter(kind => kind === 'TCPSocketWrap').length

function closed(socket: Socket): Promise<void> {
  return new Promise(resolve => socket.once('close', () => resolve()))
}
