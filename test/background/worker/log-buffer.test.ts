import { expect, test } from 'vitest'
import { keepingLog, LogBuffer } from '../../../background/worker/log-buffer.ts'
import type { Logger } from '../../../framework/logger.ts'

const keptIn = (buffer: LogBuffer) => JSON.parse(buffer.text(2))
const messages = (buffer: LogBuffer) => keptIn(buffer).lines.map((line: { message: string }) => line.message)

function loggerAt(...enabled: readonly string[]) {
  const written: string[] = []
  const write = (level: string) => (message: string) =>
    void (enabled.includes(level) && written.push(`${level} ${message}`))
  const levels = Object.fromEntries(
    ['trace', 'debug', 'info', 'warn', 'error'].map(level => [level, write(level)]),
  )
  const logger = {
    ...levels,
    isLevelEnabled: (level: string) => enabled.includes(level),
  } as unknown as Logger
  return { logger, written }
}

test('lines with their level, time and fields', () => {
  const buffer = new LogBuffer()
  buffer.add('info', 'sending', { to: 'ann', error: new RangeError('no'), big: 7n })
  buffer.add('warn', 'slow')
  expect(keptIn(buffer)).toEqual({
    attempt: 2,
    dropped: 0,
    lines: [
      {
        ...{ at: expect.stringMatching(/^\d{4}-.*Z$/), level: 'info', message: 'sending' },
        fields: { to: 'ann', error: { name: 'RangeError', message: 'no' }, big: '7' },
      },
      { at: expect.any(String), level: 'warn', message: 'slow' },
    ],
  })
})

test('the last hundred lines, and how many came before', () => {
  const buffer = new LogBuffer()
  for (let n = 0; n < 250; n++) buffer.add('info', `line ${n}`)
  expect(keptIn(buffer).dropped).toBe(150)
  expect(messages(buffer)).toEqual(Array.from({ length: 100 }, (_, n) => `line ${150 + n}`))
})

test('never more than 16 KiB, however long the lines are', () => {
  const buffer = new LogBuffer()
  for (let n = 0; n < 50; n++) buffer.add('info', 'x'.repeat(1_000_000), { y: 'y'.repeat(1_000_000) })
  expect(buffer.text(1).length).toBeLessThan(17_000)
  expect(keptIn(buffer).lines.at(-1).fields).toEqual({ '…': 'too long to be kept' })
})

test('what JSON cannot carry, or a database not store, does no harm', () => {
  const buffer = new LogBuffer()
  const circular: Record<string, unknown> = {}
  circular.self = circular
  buffer.add('info', 'a\u0000b\ud800', circular)
  expect(buffer.text(1)).not.toMatch(/\\u0000|\\ud800/)
  expect(keptIn(buffer).lines[0].fields).toEqual({ '…': 'not to be had as JSON' })
})

test('info and above are kept whatever the level is, debug only when it is written', () => {
  for (const [level, kept] of [
    ['error', ['i', 'e']],
    ['debug', ['d', 'i', 'e']],
  ] as const) {
    const buffer = new LogBuffer()
    const { logger, written } = loggerAt(level, 'error')
    const log = keepingLog(logger, buffer)
    log.debug('d')
    log.info('i')
    log.error('e')
    expect(messages(buffer)).toEqual(kept)
    expect(written).toContain('error e')
  }
})
