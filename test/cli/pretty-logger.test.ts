import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import type { Stream } from '../../cli/output.ts'
import { createPrettyLogger, type PrettyLoggerOptions, timeOfDay } from '../../cli/pretty-logger.ts'
import { KretesError } from '../../framework/errors.ts'

/** A logger, and what it has written without the time. */
function logger(options: PrettyLoggerOptions = { level: 'info' }) {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(
        String(chunk)
          .replace(/^\d\d:\d\d:\d\d\.\d{3} {2}/, '')
          .replace(/\n$/, ''),
      )
      done()
    },
  })
  return { log: createPrettyLogger({ ...options, stream: stream as Writable & Stream }), lines }
}

test('the message comes first, then what belongs to it', () => {
  const { log, lines } = logger()
  log.info('listening', { port: 3000, tags: ['a', 'b'], name: 'x' })
  log.warn('slow')
  expect(lines).toEqual(["listening  port=3000  tags=[ 'a', 'b' ]  name=x", 'warn  slow'])
})

test('a line of a job says whose it is, below the lines of its neighbours', () => {
  const { log, lines } = logger({ level: 'info', taskWidth: 10 })
  log.child({ job: '7', task: 'SendEmail', attempt: 1 }).info('sending', { to: 'ann' })
  log.child({ job: '81237', task: 'SendReport', attempt: 2 }).error('refused')
  expect(lines).toEqual(['SendEmail   #7       sending  to=ann', 'SendReport  #81237   error  refused'])
})

test('an error of the app comes with its stack, one of ours has said enough', () => {
  const { log, lines } = logger()
  log.error('it broke', { error: new TypeError('no locale') })
  log.error('it broke', { error: new KretesError('no database', { code: 'X' }) })
  log.warn('it broke', { error: 'as text' })
  expect(lines[0]).toMatch(/^error {2}it broke: no locale\n {10}at .*pretty-logger\.test\.ts:\d+/)
  expect(lines.slice(1)).toEqual(['error  it broke: no database', 'warn  it broke: as text'])
})

test('only what is important enough is written', () => {
  const { log, lines } = logger({ level: 'warn' })
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
    log[level](level)
    expect(log.isLevelEnabled(level)).toBe(level === 'warn' || level === 'error')
  }
  expect(lines).toEqual(['warn  warn', 'error  error'])
  expect(logger({ level: 'silent' }).log.isLevelEnabled('error')).toBe(false)
})

test('the time is that of a wall clock', () => {
  expect(timeOfDay(new Date(2026, 0, 2, 3, 4, 5, 6))).toBe('03:04:05.006')
})
