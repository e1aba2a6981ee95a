import { describe, expect, test } from 'vitest'
import { parseCrontab } from '../../background/crontab.ts'
import type { InvalidCrontab } from '../../background/crontab-problems.ts'
import { readPage } from '../support/markdown.ts'

const entries = (text: string) => parseCrontab(text).map(({ entry }) => entry)

function problemsIn(text: string): InvalidCrontab['problems'] {
  try {
    parseCrontab(text)
  } catch (error) {
    return (error as InvalidCrontab).problems
  }
  return []
}

/** Where each problem is and what it says: `3:14 unknown option foo`. */
const told = (text: string) =>
  problemsIn(text).map(({ line, column, message }) => `${line}:${column} ${message}`)

test('a line has an expression and a task; what is not said has its default', () => {
  expect(entries('0 8 * * 1 SendReport')).toEqual([
    {
      name: 'SendReport',
      task: 'SendReport',
      expression: '0 8 * * 1',
      timeZone: 'UTC',
      payload: '{}',
      queue: undefined,
      priority: undefined,
      maxAttempts: undefined,
      key: undefined,
      keyMode: 'replace',
      tags: [],
      missed: 'skip',
      fill: undefined,
      cap: 100,
      source: 'crontab',
    },
  ])
})

test.each([
  ['id=nightly', { name: 'nightly' }],
  ['fill=4w3d2h1m', { fill: 44_761 * 60_000, missed: 'all' }],
  ['fill=0s', { fill: undefined, missed: 'skip' }],
  ['max=3', { maxAttempts: 3 }],
  ['queue=email', { queue: 'email' }],
  ['jobKey=a%26b+c', { key: 'a&b c', keyMode: 'replace' }],
  ['jobKey=a&jobKeyMode=preserve_run_at', { key: 'a', keyMode: 'preserve_run_at' }],
  ['jobKeyMode=unsafe_dedupe&jobKey=a', { key: 'a', keyMode: 'unsafe_dedupe' }],
  ['priority=-5', { priority: -5 }],
  ['tz=Europe/Warsaw', { timeZone: 'Europe/Warsaw' }],
  ['tz=Etc/GMT+5', { timeZone: 'Etc/GMT+5' }],
  ['missed=once', { missed: 'once' }],
  ['missed=once&fill=1h', { missed: 'once', fill: 3_600_000 }],
  ['missed=all&cap=7', { missed: 'all', cap: 7 }],
  ['fill=1h&cap=7', { missed: 'all', fill: 3_600_000, cap: 7 }],
])('the option %s', (query, expected) => {
  expect(entries(`* * * * * A ?${query}`)[0]).toMatchObject(expected)
})

test.each([
  ['{}', '{}'],
  ["{ to: 'ann', n: +1.5, list: [1, 2,], }", '{"to":"ann","n":1.5,"list":[1,2]}'],
  ['{ "a": "{ ?x }" } // so be it', '{"a":"{ ?x }"}'],
  ['{a:{b:null}}', '{"a":{"b":null}}'],
])('the JSON5 payload %s', (payload, json) => {
  expect(entries(`* * * * * A ${payload}`)[0]).toMatchObject({ task: 'A', payload: json })
  expect(entries(`* * * * * A ?id=b ${payload}`)[0]).toMatchObject({ name: 'b', payload: json })
})

test.each([
  ['0 0 8 * * MON Mon', '0 0 8 * * MON', 'Mon'],
  ['0 8 * * * MON', '0 8 * * *', 'MON'],
  ['0 8 * * * MON ?id=x', '0 8 * * *', 'MON'],
  ['0 8 * * * MON {}', '0 8 * * *', 'MON'],
  ['*/10 * * * * * Ping', '*/10 * * * * *', 'Ping'],
  ['@daily billing/ChargeCard', '@daily', 'billing/ChargeCard'],
  ['0 8 1 JAN mon-fri task_name', '0 8 1 JAN mon-fri', 'task_name'],
  ['0\t8  *\t* 1   a:b-c', '0 8 * * 1', 'a:b-c'],
])('%s is understood', (line, expression, task) => {
  expect(entries(line)[0]).toMatchObject({ expression, task })
})

test('comments, blank lines and the line ends of Windows say nothing', () => {
  const text = '# every day\r\n\r\n  \r\n  # indented\r\n@daily A\r\n\r\n@hourly B {a: 1}\r\n'
  expect(parseCrontab(text).map(({ entry, line }) => [entry.name, line])).toEqual([
    ['A', 5],
    ['B', 7],
  ])
})

test('no line, no entry', () => {
  expect(parseCrontab('')).toEqual([])
})

describe('what is wrong is told with line and column', () => {
  test.each([
    ['60 * * * * A', '1:1 60 is no minute'],
    ['* 24 * * * A', '1:3 24 is no hour'],
    ['* * 0 * * A', '1:5 0 is no day of the month'],
    ['* * * 13 * A', '1:7 13 is no month'],
    ['* * * * 8 A', '1:9 8 is no day of the week'],
    ['1,2,x * * * * A', '1:5 x is no minute'],
    ['60 * * * * * A', '1:1 60 is no second'],
    ['* * * * * * A {', '1:16 the payload is no JSON5: invalid end of input'],
    ['* * * A', '1:1 the expression has 3 fields'],
    ['* * * * A ?id=x', '1:1 the expression has 4 fields'],
    ['* * * * * ', '1:10 the line names no task'],
    ['@reboot A', '1:1 @reboot is no nickname'],
    ['  60 * * * * A', '1:3 60 is no minute'],
    ['* * * * * A b', '1:13 b is neither ?options nor { a payload }'],
    ['* * * * * A {a:}', "1:16 the payload is no JSON5: invalid character '}'"],
    ['* * * * * A {a: NaN}', '1:11 payload.a is NaN, which JSON cannot carry'],
    ['* * * * * A ?foo=1', '1:14 unknown option foo'],
    ['* * * * * A ?id=a&Fill=1h', '1:19 unknown option Fill; did you mean fill?'],
    ['* * * * * A ?id=a&max=1&id=b', '1:25 id is given twice'],
    ['* * * * * A ?id', '1:14 id has no value'],
    ['* * * * * A ?id=', '1:14 id is ""'],
    ['* * * * * A ?', '1:14 an option without a name'],
    ['* * * * * A ?__proto__=1', '1:14 unknown option __proto__'],
    ['* * * * * A ?id=%zz', '1:14 id has a % that means nothing'],
    ['* * * * * A ?max=0', '1:14 max is 0'],
    ['* * * * * A ?max=two', '1:14 max is "two"'],
    ['* * * * * A ?priority=32768', '1:14 priority is 32768'],
    ['* * * * * A ?fill=4', '1:14 fill is "4"'],
    ['* * * * * A ?fill=4y', '1:14 fill is "4y"'],
    ['* * * * * A ?jobKey=a&jobKeyMode=twice', '1:23 jobKeyMode is "twice"'],
    ['* * * * * A ?jobKeyMode=replace', '1:14 a key mode is given without a key'],
    ['* * * * * A ?missed=sometimes', '1:14 missed is "sometimes"'],
    ['* * * * * A ?missed=skip&fill=1h', '1:14 fill is given, but missed ticks are skipped'],
    ['* * * * * A ?cap=5', '1:14 cap is given, but not all missed ticks are made up for'],
    ['* * * * * A ?missed=all&cap=1001', '1:25 cap is 1001'],
    ['* * * * * A ?tz=Europe/Warszawa', '1:14 tz is "Europe/Warszawa", which is no time zone'],
    [`* * * * * A ?id=${'x'.repeat(129)}`, '1:14 id is text of 129 characters'],
    ['* * * * * 9A', '1:11 9A is no name of a task'],
    ['* * * * * A\n\n@daily A', '3:1 the id A is taken by line 1'],
  ])('%j', (text, problem) => {
    expect(told(text)).toEqual([problem])
  })
})

test('everything that is wrong is told at once, in the order of the lines, with what is allowed', () => {
  const text = '@daily A ?id=x\n61 25 * * * B ?max=0&foo=1 {\n@hourly C ?id=x\n61 * * * * D'
  expect(told(text)).toEqual([
    '2:1 61 is no minute',
    '2:4 25 is no hour',
    '2:16 max is 0',
    '2:22 unknown option foo',
    '2:29 the payload is no JSON5: invalid end of input',
    '3:1 the id x is taken by line 1',
    '4:1 61 is no minute',
  ])
  expect(problemsIn(text).map(({ hint }) => hint)).toEqual([
    'allowed: 0 to 59, a range 2-5, a step */2 or 2-5/2, a list of these, or *',
    'allowed: 0 to 23, a range 2-5, a step */2 or 2-5/2, a list of these, or *',
    'max is a whole number from 1 to 32767',
    'allowed: id, fill, max, queue, jobKey, jobKeyMode, priority, tz, missed, cap',
    'an object on this line: { to: "ann@example.com" }',
    'give each line its own: ?id=another',
    'allowed: 0 to 59, a range 2-5, a step */2 or 2-5/2, a list of these, or *',
  ])
})

test('the error says what to do and lists the first problems', () => {
  expect(() => parseCrontab('61 * * * * A', 'config/crontab')).toThrow(
    expect.objectContaining({
      code: 'INVALID_CRONTAB',
      message: [
        'config/crontab has a mistake',
        '  config/crontab:1:1 61 is no minute',
        '    allowed: 0 to 59, a range 2-5, a step */2 or 2-5/2, a list of these, or *',
      ].join('\n'),
      hint: 'nothing was scheduled; correct what is listed',
    }),
  )
  expect(() => parseCrontab('x\n'.repeat(1_000))).toThrow(
    /^crontab has 1000 mistakes\n(.*\n){40} {2}and 980 more$/,
  )
})

test.each([
  ['a long expression', `${'1,'.repeat(100_000)}1 * * * * A`],
  ['many fields', `${'* '.repeat(100_000)}A`],
  ['a long option', `* * * * * A ?${'x'.repeat(1_000_000)}=1`],
  ['many options', `* * * * * A ?${'id=a&'.repeat(5_000)}`],
  ['a long name of a task', `* * * * * ${'A'.repeat(1_000_000)} b`],
  ['a deep payload', `* * * * * A {a: ${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ['a huge step', `*/${'9'.repeat(200)} * * * * A`],
  ['a huge range', `0-${'9'.repeat(200)} * * * * A`],
  ['not text at all', '\u0000\u0001\uffff'.repeat(100_000)],
])('%s is refused in no time and in few words', (_, text) => {
  const since = performance.now()
  expect(() => parseCrontab(text)).toThrow(expect.objectContaining({ code: 'INVALID_CRONTAB' }))
  expect(performance.now() - since).toBeLessThan(5_000)
  for (const { message } of problemsIn(text).slice(0, 5)) expect(message.length).toBeLessThan(400)
})

test('the crontab in the guide is right', () => {
  const { blocks } = readPage('docs/guides/cron.md')
  const crontabs = blocks.filter(({ language }) => language === 'crontab')
  expect(crontabs.flatMap(({ code }) => entries(code).map(({ name }) => name))).toEqual([
    ...['morning', 'billing/CollectPayments', 'PruneUploads', 'Heartbeat'],
  ])
})
