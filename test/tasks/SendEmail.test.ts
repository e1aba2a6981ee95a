import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import SendEmail from '../../tasks/SendEmail.ts'
import { startSmtpServer } from '../support/smtp-server.ts'
import { taskBench } from '../support/task-bench.ts'

function stubSmtp(url: string, from = ''): void {
  vi.stubEnv('SMTP_URL', url)
  if (from) vi.stubEnv('MAIL_FROM', from)
  onTestFinished(() => void vi.unstubAllEnvs())
}

test('without SMTP_URL the message becomes a file, and the log says where', async () => {
  stubSmtp('')
  const { root, run, log } = await taskBench({ SendEmail })
  const job = await run(SendEmail, { to: 'admin@example.com' })
  expect(job).toMatchObject({ state: 'completed', attempt: 1 })
  const [name] = await readdir(join(root, '.kretes', 'mail'))
  const file = join(root, '.kretes', 'mail', name as string)
  expect(job.result).toMatchObject({ file })
  expect(log.join('')).toContain(file)
  const message = await readFile(file, 'utf8')
  expect(message).toMatch(/^To: admin@example\.com\r?$/m)
  expect(message).toMatch(/^Subject: Hello from Kretes\r?$/m)
  expect(message).toContain('This message was sent by a background job.')
})

test('with SMTP_URL it goes over the wire, as text and as HTML', async () => {
  const server = await startSmtpServer()
  stubSmtp(server.url, 'shop@example.com')
  const { run } = await taskBench({ SendEmail })
  const job = await run(SendEmail, { to: 'ann@example.com', subject: 'Your order', text: 'Beans & <rice>' })
  expect(job.state).toBe('completed')
  expect(server.messages).toHaveLength(1)
  const message = server.messages[0] as string
  expect(message).toMatch(/^From: shop@example\.com$/m)
  expect(message).toMatch(/^Subject: Your order$/m)
  expect(message).toContain('Beans & <rice>')
  expect(message).toContain('<p>Beans &amp; &lt;rice&gt;</p>')
})

test('a recipient whom the server refuses is not tried again', async () => {
  const server = await startSmtpServer()
  stubSmtp(server.url)
  const { run } = await taskBench({ SendEmail })
  const job = await run(SendEmail, { to: 'nobody@example.com' })
  expect(job).toMatchObject({ state: 'discarded', attempt: 1 })
  expect(job.error?.message).toContain('550 no such mailbox')
})

test('a server that is away is tried again', async () => {
  stubSmtp('smtp://127.0.0.1:1')
  const { fail } = await taskBench({ SendEmail })
  const retry = await fail(SendEmail, { to: 'ann@example.com' })
  expect(retry).toMatchObject({ attempt: 1, message: expect.stringContaining('ECONNREFUSED') })
})

test('an address that is none is refused before anything is scheduled', async () => {
  const { run, database } = await taskBench({ SendEmail })
  await expect(run(SendEmail, { to: 'ann' })).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' })
  expect(await database.query('select from background.jobs')).toEqual([])
})
