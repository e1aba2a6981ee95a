import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { discard, type Events, type Middleware, run, secret, task } from '../../background/index.ts'
import { Client } from '../../background/operator.ts'
import { createLogger } from '../../framework/logger.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'

const engine = useEngine()

const card = { number: '4111 1111 1111 1111', cvc: 737 }
const payload = z.object({
  user: z.string(),
  since: z.coerce.date().optional(),
  token: secret(z.string()).optional(),
  card: secret(z.object({ number: z.string(), cvc: z.int() })).optional(),
})

/** Runs one job; answers with all that was written and told about it. */
async function outputOf(
  does: Parameters<typeof task<typeof payload, unknown>>[0]['run'],
  {
    redact,
    middleware,
    ...options
  }: { redact?: string[]; middleware?: Middleware[]; transactional?: boolean } = {},
) {
  const lines: string[] = []
  const events: unknown[] = []
  const tell = (event: unknown) => void events.push(event)
  const Pay = task({ payload, maxAttempts: 1, run: does, ...options })
  const stream = { write: (line: string) => void lines.push(line) }
  const runner = await run({
    ...{ url: engine().url, tasks: { Pay }, redact, middleware },
    logger: createLogger({ level: 'trace', format: 'json', stream }),
    events: { 'job:started': tell, 'job:failed': tell, 'job:discarded': tell, 'job:completed': tell },
  })
  onTestFinished(() => runner.stop())
  const { id } = await runner.schedule({ task: Pay, payload: { user: 'ann', token: 'to"p\nhush', card } })
  const stored = await eventually(async () => {
    const [row] = await engine().query('select error, logs from background.finished where id = $1', [id])
    return row
  })
  await runner.stop()
  const told = JSON.stringify(events, (_, value) =>
    value instanceof Error
      ? { ...value, message: value.message, stack: value.stack, cause: value.cause }
      : value,
  )
  return { lines: lines.join('\n'), told, stored: JSON.stringify(stored), events }
}

const LEAKS = /hush|4111|737/

test('secrets of a payload turn up in no log, error or event, although the task has them', async () => {
  const { lines, told, stored, events } = await outputOf((given, { log }) => {
    log.info(`paying with ${given.card?.number}`, {
      given,
      url: `/?token=${encodeURIComponent('to"p\nhush')}`,
    })
    log.error('refused', { error: new Error(`no ${given.token}`) })
    const cause = new TypeError(`cvc ${given.card?.cvc} of ${JSON.stringify(given)}`)
    throw Object.assign(new RangeError(`card ${given.card?.number} of ann refused`, { cause }), { card })
  })
  for (const text of [lines, told, stored]) expect(text).not.toMatch(LEAKS)
  expect(lines).toMatch(/paying with \[secret\]/)
  expect(stored).toMatch(/card \[secret\] of ann refused/)
  const { error } = events.at(-1) as Events['job:discarded']
  expect(error).toBeInstanceOf(RangeError)
})

test('nor when the task is transactional, whose failure is logged once', async () => {
  const { lines, told, stored } = await outputOf(
    given => {
      throw new Error(`no ${given.token}`)
    },
    { transactional: true },
  )
  for (const text of [lines, told, stored]) expect(text).not.toMatch(LEAKS)
  expect(stored.match(/"level":"error"/g)).toHaveLength(1)
})

test('nor in the reason of a task that gives up', async () => {
  const { told, stored } = await outputOf(given => discard(`${given.token} is not valid`))
  for (const text of [told, stored]) expect(text).not.toMatch(LEAKS)
  expect(stored).toContain('[secret] is not valid')
})

test.each([
  [
    'throws',
    (token = '') => Promise.reject(Object.assign(new RangeError(`no ${token}`), { token })),
    'RangeError',
  ],
  ['gives up', (token = '') => discard(`no ${token}`), 'DiscardJob'],
])('nor in what a middleware hears, and may tell those who trace, when a task %s', async (_, fail, name) => {
  const heard: unknown[] = []
  const tracing: Middleware = {
    async run(_, next) {
      await next().catch(error => {
        heard.push(error)
        throw error
      })
    },
  }
  const { told, stored } = await outputOf(({ token }) => fail(token), { middleware: [tracing] })
  const [error] = heard as [Error]
  expect(error.name).toBe(name)
  expect(error.message).toBe('no [secret]')
  for (const text of [told, stored, inspect(error, { depth: 9 })]) expect(text).not.toMatch(LEAKS)
})

test('what the configuration names is secret too', async () => {
  const { stored } = await outputOf(
    given => {
      throw new Error(`no account of ${given.user}`)
    },
    { redact: ['user'] },
  )
  expect(stored).toContain('no account of [secret]')
})

test('events about jobs have no payload', async () => {
  const { events } = await outputOf(() => {})
  expect(events.map(event => Object.keys((event as Events['job:started']).job))).toEqual(
    events.map(() => ['id', 'task', 'queue', 'attempt', 'maxAttempts']),
  )
})

test('a client knows what is secret, from the schemas and from its configuration', async () => {
  const { createRegistry } = await import('../../background/operator.ts')
  const registry = createRegistry({ Pay: task({ payload, run() {} }) })
  const client = new Client({ url: engine().url, payloadLimit: 1_000, registry, redact: ['user'] })
  onTestFinished(() => client.close())
  const secrets = await client.secrets(['since'])
  const places = [['user'], ['token'], ['card'], ['since'], ['else']]
  expect(places.map(path => secrets.isAt('Pay', path))).toEqual([true, true, true, true, false])
})

test('a schema that cannot be marked is refused', () => {
  const bare = {
    '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) },
  } as const
  expect(() => secret(bare)).toThrow(/cannot be marked as secret/)
  expect(secret(z.string().meta({ title: 'Token' })).meta()).toEqual({ title: 'Token', secret: true })
})
