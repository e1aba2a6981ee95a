import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { discard, type TaskLog, task } from '@kretes/background'
import { currentApp } from '@kretes/background/framework'
import { z } from 'zod'

/**
 * Sends one message: over SMTP when SMTP_URL is set (`smtp://user:password@host:587`), from MAIL_FROM. Without
 * SMTP_URL it becomes a file in `.kretes/mail` that any mail program opens.
 *
 * A job may run twice when a worker dies, so the message has the same Message-ID each time: mail programs show one.
 */
export default task({
  payload: z.strictObject({
    to: z.email(),
    subject: z.string().default('Hello from Kretes'),
    text: z.string().default('This message was sent by a background job.'),
    html: z.string().optional(),
  }),
  timeout: '1m',
  async run({ to, subject, text, html = asHtml(text) }, { id, scheduledAt, log }) {
    const from = process.env.MAIL_FROM ?? 'Kretes <kretes@localhost>'
    const name = `${scheduledAt.toISOString().replace(/[-:]|\.\d+Z/g, '')}-${id}`
    const message = { from, to, subject, text, html, messageId: `<${name}@kretes>` }
    const smtp = process.env.SMTP_URL
    return smtp ? send(message, smtp, log) : write(message, `${name}.eml`, log)
  },
})

interface Message {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly messageId: string
}

/** Thirty files, for which whoever only schedules does not wait. */
const nodemailer = () => import('nodemailer')

async function send(message: Message, url: string, log: TaskLog) {
  const { createTransport } = await nodemailer()
  const transport = createTransport({ url, connectionTimeout: 10_000, socketTimeout: 20_000 })
  try {
    const { response } = await transport.sendMail(message)
    log.info(`sent to ${message.to}`, { response })
    return { messageId: message.messageId, response }
  } catch (error) {
    if (isRefused(error)) discard(`there is no way to reach ${message.to}`, error)
    throw error
  }
}

async function write(message: Message, name: string, log: TaskLog) {
  const { createTransport } = await nodemailer()
  const transport = createTransport({ streamTransport: true, buffer: true })
  const { message: content } = await transport.sendMail(message)
  const directory = join(currentApp()?.root ?? process.cwd(), '.kretes', 'mail')
  await mkdir(directory, { recursive: true })
  const file = join(directory, name)
  await writeFile(file, content as Buffer)
  log.info(`SMTP_URL is not set: the message to ${message.to} is in ${file}`)
  return { messageId: message.messageId, file }
}

/** The server knows the recipient and wants nothing for them: the next attempt would hear the same. */
function isRefused(error: unknown): boolean {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number }
  return code === 'EENVELOPE' && responseCode >= 500
}

function asHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped
    .split(/\n{2,}/)
    .map(paragraph => `<p>${paragraph.replaceAll('\n', '<br>\n')}</p>`)
    .join('\n')
}
