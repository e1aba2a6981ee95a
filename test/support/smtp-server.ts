import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** A mail server that takes every message, except for recipients called nobody. */
export interface SmtpServer {
  readonly url: string
  /** The messages it took, as they came over the wire. */
  readonly messages: readonly string[]
}

/** Listens until the test ends. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const messages: string[] = []
  const server = createServer(socket => void converse(socket, messages).catch(() => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, messages }
}

async function converse(socket: Socket, messages: string[]): Promise<void> {
  const say = (answer: string) => socket.write(`${answer}\r\n`)
  let message: string[] | undefined
  say('220 test')
  for await (const line of createInterface({ input: socket })) {
    if (message === undefined) {
      if (/^data/i.test(line)) message = []
      say(answerTo(line))
      if (/^quit/i.test(line)) return void socket.end()
    } else if (line === '.') {
      messages.push(message.join('\n'))
      message = undefined
      say('250 taken')
    } else message.push(line)
  }
}

function answerTo(line: string): string {
  if (/^rcpt to:<nobody@/i.test(line)) return '550 no such mailbox'
  if (/^data/i.test(line)) return '354 go on'
  return /^quit/i.test(line) ? '221 bye' : '250 fine'
}
