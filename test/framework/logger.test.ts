import { stripVTControlCharacters } from 'node:util'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { KretesError } from '../../framework/errors.ts'
import { adaptPino, createLogger, customLogger, type LogStream } from '../../framework/logger.ts'

function memory(isTTY = false) {
  const text: string[] = []
  const stream: LogStream = { isTTY, write: (line: string) => text.push(line) }
  return { stream, text: () => text.join(''), lines: () => text.map(line => JSON.parse(line)) }
}

test('message and fields become one JSON line', () => {
  const { stream, lines } = memory()
  const logger = createLogger({ level: 'info', stream })
  logger.info('listening', { port: 3000 })
  logger.warn('no fields')
  expect(lines()).toEqual([
    { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), port: 3000, msg: 'listening' },
    { level: 'warn', time: expect.anything(), msg: 'no fields' },
  ])
})

test('levels below the chosen one are silent, and can be asked for', () => {
  const { stream, lines } = memory()
  const logger = createLogger({ level: 'warn', stream })
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) logger[level](level)
  expect(lines().map(line => line.msg)).toEqual(['warn', 'error'])
  expect([logger.isLevelEnabled('info'), logger.isLevelEnabled('error')]).toEqual([false, true])
})

test('silent is silent', () => {
  const { stream, lines } = memory()
  createLogger({ level: 'silent', stream }).error('anything')
  expect(lines()).toEqual([])
})

test('a child adds its fields, errors among them too', () => {
  const { stream, lines } = memory()
  const child = createLogger({ level: 'info', stream })
    .child({ queue: 'email' })
    .child({ error: new Error('no') })
  child.info('stuck', { ms: 3 })
  expect(lines()).toMatchObject([{ queue: 'email', error: { message: 'no' }, ms: 3, msg: 'stuck' }])
})

test('an error keeps its type, code, hint, stack and causes', () => {
  const { stream, lines } = memory()
  const root = new TypeError('socket closed')
  const error = new KretesError('no database', {
    code: 'DATABASE_UNREACHABLE',
    hint: 'start it',
    cause: root,
  })
  createLogger({ level: 'info', stream }).error('failed', { error })
  expect(lines()[0].error).toEqual({
    type: 'KretesError',
    message: 'no database',
    code: 'DATABASE_UNREACHABLE',
    hint: 'start it',
    stack: error.stack,
    cause: { type: 'TypeError', message: 'socket closed', stack: root.stack },
  })
})

test('an error that is its own cause, and one that is frozen, can be logged', () => {
  const { stream, lines } = memory()
  const circular = new Error('round')
  circular.cause = circular
  createLogger({ level: 'info', stream }).error('failed', {
    circular,
    frozen: Object.freeze(new Error('cold')),
  })
  expect(lines()[0]).toMatchObject({ circular: { message: 'round' }, frozen: { message: 'cold' } })
})

test('on a terminal a line is for people', () => {
  const { stream, text } = memory(true)
  createLogger({ level: 'info', stream }).info('listening', { port: 3000 })
  const line = stripVTControlCharacters(text())
  expect(line).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: listening \{"port":3000\}\n$/)
})

test('the format can be forced either way', () => {
  const terminal = memory(true)
  createLogger({ level: 'info', format: 'json', stream: terminal.stream }).info('a')
  expect(terminal.lines()).toMatchObject([{ msg: 'a' }])
  const pipe = memory()
  createLogger({ level: 'info', format: 'pretty', stream: pipe.stream }).error('b', {
    error: new Error('boom'),
  })
  expect(pipe.text()).toMatch(/^\[.*ERROR: b.*"message": "boom".*at .*logger\.test\.ts/s)
})

test('somebody else’s pino can be adapted', () => {
  const { stream, lines } = memory()
  const logger = adaptPino(pino({ level: 'debug', base: null, timestamp: false }, stream))
  logger.debug('hello', { error: new Error('no') })
  expect(lines()).toMatchObject([{ level: 20, error: { message: 'no' }, msg: 'hello' }])
})

test('a function may be a logger: it gets the level, the message and all fields', () => {
  const written: unknown[] = []
  const logger = customLogger((...line) => void written.push(line))
  const error = new Error('no')
  logger.debug('unheard')
  logger.warn('plain')
  logger.child({ job: '7', part: 'a' }).child({ part: 'b' }).error('failed', { error })
  expect(written).toEqual([
    ['warn', 'plain', {}],
    ['error', 'failed', { job: '7', part: 'b', error }],
  ])
  expect([logger.isLevelEnabled('debug'), logger.isLevelEnabled('info')]).toEqual([false, true])
})

test.each([
  ['trace', 5],
  ['error', 1],
  ['silent', 0],
] as const)('with the level %s it gets %i of the five', (level, count) => {
  const written: string[] = []
  const logger = customLogger(level => void written.push(level), { level })
  const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const
  for (const each of levels) logger[each]('hello')
  expect(written).toEqual(count === 0 ? [] : levels.slice(-count))
})
