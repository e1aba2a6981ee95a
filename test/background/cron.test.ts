import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type CronOptions, type CronPolicy, completeEntry, cronEntry } from '../../background/cron.ts'
import { dueTicks, PUNCTUAL_MS } from '../../background/cron-due.ts'
import { readExpression } from '../../background/cron-expression.ts'
import { Ticks } from '../../background/cron-ticks.ts'
import { createRegistry } from '../../background/registry.ts'
import { type TaskOptions, task } from '../../background/task.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const at = (time: string) => Date.parse(time)
const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString())
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) })

/** All ticks between two times, both excluded. */
function between(ticks: Ticks, from: number, to: number): number[] {
  const found: number[] = []
  for (let time = ticks.after(from); time !== undefined && time < to; time = ticks.after(time))
    found.push(time)
  return found
}

describe('expressions', () => {
  test.each([
    ['* * * * *', '0 * * * * *'],
    ['30 * * * * *', '30 * * * * *'],
    ['*/15 9-17 * * MON-FRI', '0 */15 9-17 * * 1,2,3,4,5'],
    ['0 8 1,15 jan,Jul *', '0 0 8 1,15 1,7 *'],
    ['0 8 * * 7', '0 0 8 * * 0'],
    ['0 8 * * 5-7', '0 0 8 * * 0,5,6'],
    ['0 8 * * FRI-SUN', '0 0 8 * * 0,5,6'],
    ['0 8 * * SUN-TUE', '0 0 8 * * 0,1,2'],
    ['0 8 * * SUN-SUN', '0 0 8 * * 0'],
    ['0 8 1-31/10 * *', '0 0 8 1,11,21,31 * *'],
    ['0 8 * */3 */2', '0 0 8 * 1,4,7,10 0,2,4,6'],
    ['10-50/20,3 0 * * *', '0 10-50/20,3 0 * * *'],
    ['0 8 1-31 1-12 0-6', '0 0 8 * * *'],
    ['0 8 */1 * MON', '0 0 8 * * 1'],
    ['*/1 */01 * * *', '0 * * * * *'],
    ['@yearly', '0 0 0 1 1 *'],
    ['@annually', '0 0 0 1 1 *'],
    ['@monthly', '0 0 0 1 * *'],
    ['@weekly', '0 0 0 * * 0'],
    ['@Daily', '0 0 0 * * *'],
    ['@midnight', '0 0 0 * * *'],
    ['@hourly', '0 0 * * * *'],
    ['0 0 29 2 *', '0 0 0 29 2 *'],
    ['0 0 31 4 MON', '0 0 0 31 4 1'],
  ])('%s', (text, pattern) => {
    expect(readExpression(text)).toEqual({ pattern, mistakes: [] })
  })

  test.each([
    ['', 0, 'the expression has 0 fields'],
    ['0 8 * * 1 2025 x', 0, 'the expression has 7 fields'],
    ['1/5 * * * *', 0, '1/5 is a step without a range; write 1-59/5'],
    ['0 22-4 * * *', 2, '22-4 runs backwards; write it as two parts: 22-23,0-4'],
    ['0 8 * * SAT-MON', 8, 'SAT-MON runs backwards; write it as two parts: SAT-6,0-MON'],
    ['0,,1 * * * *', 2, 'an empty part of a list is no minute'],
    ['0 8 L * *', 4, 'L is no day of the month'],
    ['0 8 * * 1#2', 8, '1#2 is no day of the week'],
    ['0 8 * MON *', 6, 'MON is no month'],
    ['*/0 * * * *', 0, '0 is no step for the minute'],
    ['*/61 * * * *', 0, '61 is no step for the minute'],
    ['*-5 * * * *', 0, '*-5 is no minute'],
    ['-1 * * * *', 0, '-1 is no minute'],
    ['1.5 * * * *', 0, '1.5 is no minute'],
    ['0 0 30 2 *', 4, 'no month that is given has a day 30'],
    ['0 0 31 4,6,9,11 *', 4, 'no month that is given has a day 31'],
    ['@daily @daily', 0, 'the expression has 2 fields'],
  ])('%j is wrong at %i: %s', (text, index, message) => {
    expect(readExpression(text).mistakes).toEqual([{ at: index, message, allowed: expect.any(String) }])
  })

  test('what is not wrong is understood, whatever the text', () => {
    const word = fc.stringMatching(/^[\d*/,\-A-Z@#?]{1,8}$/)
    fc.assert(
      fc.property(fc.array(word, { minLength: 4, maxLength: 7 }), words => {
        const text = words.join(' ')
        if (readExpression(text).mistakes.length === 0) new Ticks(text, 'UTC').after(0)
      }),
      { numRuns: 2_000 },
    )
  })
})

/** A field as text and as what it means; `wild` when it says `*` or a step. */
interface Field {
  readonly text: string
  readonly values: ReadonlySet<number>
  readonly wild: boolean
}

function fieldOf(least: number, most: number): fc.Arbitrary<Field> {
  const all = Array.from({ length: most - least + 1 }, (_, index) => least + index)
  const number = fc.integer({ min: least, max: most })
  const range = fc.tuple(number, number).map(ends => [Math.min(...ends), Math.max(...ends)] as const)
  const every = fc.integer({ min: 1, max: most - least + 1 })
  return fc.oneof(
    fc.constant({ text: '*', values: new Set(all), wild: true }),
    fc.uniqueArray(number, { minLength: 1, maxLength: 4 }).map(list => {
      return { text: list.join(), values: new Set(list), wild: false }
    }),
    range.map(([low, high]) => {
      return { text: `${low}-${high}`, values: new Set(all.filter(n => n >= low && n <= high)), wild: false }
    }),
    every.map(n => {
      return { text: `*/${n}`, values: new Set(all.filter(value => (value - least) % n === 0)), wild: true }
    }),
    fc.tuple(range, every).map(([[low, high], n]) => {
      const values = all.filter(value => value >= low && value <= high && (value - low) % n === 0)
      return { text: `${low}-${high}/${n}`, values: new Set(values), wild: true }
    }),
  )
}

const expression = fc.record({
  minute: fieldOf(0, 59),
  hour: fieldOf(0, 23),
  day: fieldOf(1, 31),
  month: fieldOf(1, 12),
  weekday: fieldOf(0, 6),
})
type Expression = typeof expression extends fc.Arbitrary<infer Value> ? Value : never

const textOf = ({ minute, hour, day, month, weekday }: Expression) =>
  [minute, hour, day, month, weekday].map(({ text }) => text).join(' ')

/** Whether a local time, given as if it were UTC, is meant. */
function means({ minute, hour, day, month, weekday }: Expression, local: number): boolean {
  const date = new Date(local)
  const isDay = day.values.has(date.getUTCDate())
  const isWeekday = weekday.values.has(date.getUTCDay())
  const either = day.values.size < 31 && weekday.values.size < 7
  return (
    minute.values.has(date.getUTCMinutes()) &&
    hour.values.has(date.getUTCHours()) &&
    month.values.has(date.getUTCMonth() + 1) &&
    (either ? isDay || isWeekday : isDay && isWeekday)
  )
}

const SUMMER = { from: at('2025-03-30T01:00Z'), to: at('2025-10-26T01:00Z') }
const warsaw = (time: number) => (time >= SUMMER.from && time < SUMMER.to ? 2 * HOUR : HOUR)

/** All minutes between two times that an expression means, found by looking at each. */
function byLooking(meant: Expression, from: number, to: number, offset: (time: number) => number): number[] {
  const isFixed = !meant.minute.wild && !meant.hour.wild
  const found: number[] = []
  for (let time = from + MINUTE; time < to; time += MINUTE) {
    const local = time + offset(time)
    const jump = offset(time) - offset(time - MINUTE)
    const isSecond = offset(time) < offset(time - HOUR)
    const skipped = Array.from({ length: Math.max(0, jump) / MINUTE }, (_, n) => local - jump + n * MINUTE)
    if (isFixed && isSecond) continue
    if (means(meant, local) || (isFixed && skipped.some(each => means(meant, each)))) found.push(time)
  }
  return found
}

describe('ticks', () => {
  test('are those that looking at every minute finds, forwards and backwards', () => {
    const start = fc.integer({ min: at('2024-02-20T00:00Z') / MINUTE, max: at('2025-12-31T00:00Z') / MINUTE })
    fc.assert(
      fc.property(expression, start, (meant, minutes) => {
        const from = minutes * MINUTE
        const to = from + 3 * DAY
        if (readExpression(textOf(meant)).mistakes.length > 0) return
        const ticks = new Ticks(textOf(meant), 'UTC')
        const expected = byLooking(meant, from, to, () => 0).slice(0, 50)
        expect(between(ticks, from, (expected[49] ?? to - 1) + 1)).toEqual(expected)
        for (const time of expected) expect(ticks.until(time)).toBe(time)
        expect(ticks.until((expected[0] ?? to) - 1) ?? 0).toBeLessThanOrEqual(from)
      }),
      { numRuns: 150 },
    )
  })

  test.each([
    ['spring', '2025-03-29T18:00Z'],
    ['autumn', '2025-10-25T18:00Z'],
  ])('are those that looking at every minute finds while the clocks change in %s', (_, start) => {
    const from = at(start)
    const to = from + 12 * HOUR
    fc.assert(
      fc.property(expression, meant => {
        if (readExpression(textOf(meant)).mistakes.length > 0) return
        const ticks = new Ticks(textOf(meant), 'Europe/Warsaw')
        const expected = byLooking(meant, from, to, warsaw)
        expect(between(ticks, from, to)).toEqual(expected)
        for (const time of expected) expect(ticks.until(time)).toBe(time)
      }),
      { numRuns: 100 },
    )
  })

  const night = (text: string, zone: string, from: string) =>
    between(new Ticks(text, zone), at(from), at(from) + 12 * HOUR).map(iso)

  test('a time of day that the clock skips comes right after the gap', () => {
    // 2025-03-30 in Warsaw: 02:00 becomes 03:00, which is 01:00 UTC
    const spring = (text: string) => night(text, 'Europe/Warsaw', '2025-03-29T20:00Z')
    expect(spring('30 2 * * *')).toEqual(['2025-03-30T01:00:00.000Z'])
    expect(spring('0,30 2,4 * * *')).toEqual([
      '2025-03-30T01:00:00.000Z',
      '2025-03-30T02:00:00.000Z',
      '2025-03-30T02:30:00.000Z',
    ])
    expect(spring('0 2,3 * * *')).toEqual(['2025-03-30T01:00:00.000Z'])
  })

  test('a time of day that the clock shows twice comes once, the first time', () => {
    // 2025-10-26 in Warsaw: 03:00 becomes 02:00, which is 01:00 UTC
    const autumn = (text: string) => night(text, 'Europe/Warsaw', '2025-10-25T20:00Z')
    expect(autumn('30 2 * * *')).toEqual(['2025-10-26T00:30:00.000Z'])
    expect(autumn('30 2,3 * * *')).toEqual(['2025-10-26T00:30:00.000Z', '2025-10-26T02:30:00.000Z'])
  })

  test('what counts time goes on counting, whatever the clocks show', () => {
    const hours = (from: string) => night('0 * * * *', 'Europe/Warsaw', from)
    expect(hours('2025-03-29T20:30Z')).toHaveLength(12)
    expect(hours('2025-10-25T20:30Z')).toHaveLength(12)
    expect(night('*/30 2 * * *', 'Europe/Warsaw', '2025-03-29T20:00Z')).toEqual([])
    expect(night('*/30 2 * * *', 'Europe/Warsaw', '2025-10-25T20:00Z')).toEqual([
      '2025-10-26T00:00:00.000Z',
      '2025-10-26T00:30:00.000Z',
      '2025-10-26T01:00:00.000Z',
      '2025-10-26T01:30:00.000Z',
    ])
  })

  test('a time zone may be half an hour off, and change by half an hour', () => {
    expect(night('0 8 * * *', 'Asia/Kathmandu', '2025-01-01T00:00Z')).toEqual(['2025-01-01T02:15:00.000Z'])
    expect(night('15 2 * * *', 'Australia/Lord_Howe', '2025-10-04T10:00Z')).toEqual([
      '2025-10-04T15:30:00.000Z',
    ])
  })

  test('come every second when there are six fields', () => {
    const ticks = new Ticks('*/20 * * * * *', 'UTC')
    expect(between(ticks, at('2025-01-01T00:00:00.500Z'), at('2025-01-01T00:01:01Z')).map(iso)).toEqual([
      '2025-01-01T00:00:20.000Z',
      '2025-01-01T00:00:40.000Z',
      '2025-01-01T00:01:00.000Z',
    ])
  })

  test('either day will do when both are restricted', () => {
    const ticks = new Ticks('0 0 13 * FRI', 'UTC')
    expect(between(ticks, at('2025-06-01T00:00Z'), at('2025-06-21T00:00Z')).map(iso)).toEqual([
      '2025-06-06T00:00:00.000Z',
      '2025-06-13T00:00:00.000Z',
      '2025-06-20T00:00:00.000Z',
    ])
  })

  test('29 February comes in leap years', () => {
    expect(iso(new Ticks('0 0 29 2 *', 'UTC').after(at('2097-01-01T00:00Z')))).toBe(
      '2104-02-29T00:00:00.000Z',
    )
  })
})

describe('what is due', () => {
  const policy = (given: Partial<CronPolicy> = {}): CronPolicy => {
    return { missed: 'skip', fill: undefined, cap: 100, ...given }
  }
  const due = (text: string, after: string, now: string, given?: Partial<CronPolicy>) => {
    const found = dueTicks(new Ticks(text, 'UTC'), policy(given), { after: at(after), now: at(now) })
    return (
      found && { ...found, ticks: found.ticks.map(tick => (tick.backfilled ? 'late ' : '') + iso(tick.at)) }
    )
  }

  test('nothing before the first tick, and the tick at its very moment', () => {
    expect(due('0 * * * *', '2025-01-01T00:00Z', '2025-01-01T00:59:59.999Z')).toBeUndefined()
    expect(due('0 * * * *', '2025-01-01T00:00Z', '2025-01-01T01:00Z')).toEqual({
      ticks: ['2025-01-01T01:00:00.000Z'],
      last: at('2025-01-01T01:00Z'),
      missed: false,
    })
  })

  test('nothing that is settled already, also when the clock went back', () => {
    expect(due('0 * * * *', '2025-01-01T01:00Z', '2025-01-01T01:00:30Z')).toBeUndefined()
    expect(due('0 * * * *', '2025-01-01T01:00Z', '2024-12-31T20:00:30Z', { missed: 'all' })).toBeUndefined()
  })

  test('a minute late is in time, later is missed', () => {
    const ticks = ['2025-01-01T01:00:00.000Z']
    expect(due('0 * * * *', '2025-01-01T00:00Z', '2025-01-01T01:00:59.999Z')).toMatchObject({
      ticks,
      missed: false,
    })
    expect(due('0 * * * *', '2025-01-01T00:00Z', '2025-01-01T01:01:00Z')).toEqual({
      ticks: [],
      last: at('2025-01-01T01:00Z'),
      missed: true,
    })
  })

  test('all of the last minute are in time', () => {
    const found = due('*/20 * * * * *', '2025-01-01T00:00Z', '2025-01-01T05:00:10Z')
    expect(found).toMatchObject({
      missed: true,
      ticks: ['2025-01-01T04:59:20.000Z', '2025-01-01T04:59:40.000Z', '2025-01-01T05:00:00.000Z'],
    })
  })

  test('once: one job for all that was missed, unless one is due anyway', () => {
    const once = (now: string, given = {}) =>
      due('0 * * * *', '2025-01-01T00:00Z', now, { missed: 'once', ...given })?.ticks
    expect(once('2025-01-01T05:30Z')).toEqual(['late 2025-01-01T05:00:00.000Z'])
    expect(once('2025-01-01T06:00:30Z')).toEqual(['2025-01-01T06:00:00.000Z'])
    expect(once('2025-01-01T05:30Z', { fill: 30 * MINUTE + 1 })).toEqual(['late 2025-01-01T05:00:00.000Z'])
    expect(once('2025-01-01T05:30Z', { fill: 30 * MINUTE })).toEqual([])
  })

  test('all: a job each, the newest when there are too many, as far back as is wanted', () => {
    const all = (given = {}) =>
      due('0 * * * *', '2025-01-01T00:00Z', '2025-01-01T05:00:30Z', { missed: 'all', ...given })?.ticks
    const late = [1, 2, 3, 4].map(hour => `late 2025-01-01T0${hour}:00:00.000Z`)
    const punctual = '2025-01-01T05:00:00.000Z'
    expect(all()).toEqual([...late, punctual])
    expect(all({ cap: 2 })).toEqual([...late.slice(2), punctual])
    expect(all({ fill: 3 * HOUR })).toEqual([...late.slice(2), punctual])
  })

  test('a year of seconds costs no more than what is made up for', () => {
    const since = performance.now()
    const found = due('* * * * * *', '2024-01-01T00:00Z', '2025-01-01T00:00Z', { missed: 'all', cap: 100 })
    expect(found?.ticks).toHaveLength(160)
    expect(performance.now() - since).toBeLessThan(1_000)
  })

  test('is what the policy says of all ticks that passed', () => {
    const policies = fc.record({
      missed: fc.constantFrom('skip', 'once', 'all'),
      fill: fc.option(fc.integer({ min: 1, max: 3 * HOUR }), { nil: undefined }),
      cap: fc.integer({ min: 1, max: 20 }),
    })
    const texts = fc.constantFrom(
      '*/7 * * * *',
      '0 */2 * * *',
      '*/30 * * * * *',
      '0 8 * * MON',
      '13,14 * * * *',
    )
    const now = at('2025-06-05T12:00Z')
    fc.assert(
      fc.property(texts, policies, fc.nat(6 * HOUR), fc.nat(2 * HOUR), (text, policy, ago, shift) => {
        const [ticks, time] = [new Ticks(text, 'UTC'), now + shift]
        const after = time - ago
        const passed = between(ticks, after, time + 1)
        const punctual = passed.filter(tick => tick > time - PUNCTUAL_MS)
        const late = passed.filter(tick => tick <= time - PUNCTUAL_MS)
        const near = late.filter(tick => tick > time - (policy.fill ?? Number.POSITIVE_INFINITY))
        const madeUp = {
          skip: [],
          once: punctual.length > 0 ? [] : late.slice(-1).filter(tick => near.includes(tick)),
          all: near.slice(-policy.cap),
        }[policy.missed]
        const found = dueTicks(ticks, policy, { after, now: time })
        expect(found?.ticks.filter(tick => tick.backfilled).map(tick => tick.at) ?? []).toEqual(madeUp)
        expect(found?.ticks.filter(tick => !tick.backfilled).map(tick => tick.at) ?? []).toEqual(punctual)
        expect(found?.last).toBe(passed.at(-1))
        expect(found?.missed ?? false).toBe(late.length > 0)
      }),
      { numRuns: 300 },
    )
  })
})

describe('entries', () => {
  const entry = (options: Partial<CronOptions>) =>
    cronEntry({ task: 'SendReport', expression: '@daily', ...options }, 'config')

  test('have defaults', () => {
    expect(entry({})).toMatchObject({
      ...{ name: 'SendReport', task: 'SendReport', expression: '@daily', timeZone: 'UTC', payload: '{}' },
      ...{ keyMode: 'replace', missed: 'skip', cap: 100, source: 'config' },
    })
    expect(entry({ fill: '4h' })).toMatchObject({ missed: 'all', fill: 4 * HOUR })
    expect(entry({ fill: 0 })).toMatchObject({ missed: 'skip', fill: undefined })
    expect(entry({ expression: ' 0  8\t* * * ' }).expression).toBe('0 8 * * *')
  })

  test.each([
    [{ expression: '0 25 * * *' }, /^expression is wrong at character 3: 25 is no hour$/],
    [{ expression: 5 }, /^expression is 5$/],
    [{ expression: '1,'.repeat(200) }, /^expression is text of 400 characters$/],
    [{ timeZone: 'Mars/Base' }, /^timeZone is "Mars\/Base", which is no time zone$/],
    [{ task: '' }, /^task is ""$/],
    [{ name: 'x'.repeat(129) }, /^name is text of 129 characters$/],
    [{ queue: '' }, /^queue is ""$/],
    [{ priority: 1.5 }, /^priority is 1.5$/],
    [{ maxAttempts: 0 }, /^maxAttempts is 0$/],
    [{ key: '' }, /^key is ""$/],
    [{ keyMode: 'replace' }, /^a key mode is given without a key$/],
    [{ key: 'a', keyMode: 'never' }, /^keyMode is "never"$/],
    [{ missed: 'maybe' }, /^missed is "maybe"$/],
    [{ missed: 'skip', fill: '1h' }, /^fill is given, but missed ticks are skipped$/],
    [{ missed: 'once', cap: 5 }, /^cap is given, but not all missed ticks are made up for$/],
    [{ fill: 'soon' }, /^fill is "soon"$/],
    [{ missed: 'all', cap: 0 }, /^cap is 0$/],
    [{ timezone: 'UTC' }, /^a cron entry has no option timezone; did you mean timeZone\?$/],
  ])('%j is refused', (options, message) => {
    expect(() => entry(options as never)).toThrow(refused(message))
  })

  test.each([[5], [null], ['@daily'], [[]]])('%j is no entry', options => {
    expect(() => cronEntry(options as never, 'config')).toThrow(refused(/^a cron entry is no object$/))
  })

  test('a payload that JSON cannot carry is refused', () => {
    expect(() => entry({ payload: { at: new Date() } })).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_NOT_JSON' }),
    )
  })

  test('take from their task what they do not say', async () => {
    const SendReport = task({ queue: 'mail', priority: 3, maxAttempts: 5, tags: ['x'], run: async () => {} })
    const definition = createRegistry({ SendReport }).get('SendReport')
    const taken = { queue: 'mail', priority: 3, maxAttempts: 5, tags: ['x'] }
    expect(await completeEntry(entry({}), definition)).toMatchObject(taken)
    const own = { queue: 'own', priority: 0, maxAttempts: 1 }
    expect(await completeEntry(entry(own), definition)).toMatchObject({ ...own, tags: ['x'] })
    expect(await completeEntry(entry({}), undefined)).toMatchObject({ queue: undefined, tags: [] })
  })

  test('are judged by the schema of their task, with what a tick adds', async () => {
    const payload = z.strictObject({ kind: z.string() })
    const { get } = createRegistry({
      Strict: task({ payload, run: async () => {} }),
      Loose: task({ payload: payload.strip(), run: async () => {} }),
    })
    const invalid = expect.objectContaining({ code: 'INVALID_PAYLOAD' })
    await expect(completeEntry(entry({}), get('Loose'))).rejects.toEqual(invalid)
    await expect(completeEntry(entry({ payload: { kind: 'a' } }), get('Strict'))).rejects.toEqual(invalid)
    await expect(completeEntry(entry({ payload: { kind: 'a' } }), get('Loose'))).resolves.toMatchObject({
      payload: '{"kind":"a"}',
    })
    await expect(
      completeEntry(entry({ payload: { text: 'x'.repeat(100) } }), undefined, 100),
    ).rejects.toEqual(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }))
  })
})

describe('task({ cron })', () => {
  const cronOf = (cron: TaskOptions['cron']) =>
    createRegistry({ A: task({ cron, run: async () => {} }) }).get('A').cron

  test('takes one or several, as text or with options', () => {
    expect(cronOf(undefined)).toBeUndefined()
    expect(cronOf('@daily')).toEqual([{ expression: '@daily' }])
    expect(cronOf(['@daily', { name: 'second', expression: '@hourly', timeZone: 'UTC' }])).toEqual([
      { expression: '@daily' },
      { name: 'second', expression: '@hourly', timeZone: 'UTC' },
    ])
  })

  test.each([
    ['0 25 * * *', /^expression is wrong/],
    [['@daily', { expression: '@daily', timeZone: 'x' }], /^timeZone is "x"/],
    [{ expression: '@daily', when: 1 }, /no option when/],
    [{}, /^expression is undefined$/],
    [null, /^expression is undefined$/],
  ])('refuses %j at once', (cron, message) => {
    expect(() => task({ cron: cron as never, run: async () => {} })).toThrow(refused(message))
  })
})
