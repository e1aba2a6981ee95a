import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../../background/client/client.ts'
import { parseCrontab } from '../../background/crontab.ts'
import { parseQuery } from '../../background/query.ts'
import { milliseconds } from '../../framework/duration.ts'
import { isKretesError } from '../../framework/errors.ts'
import { asking } from '../dashboard/stage.ts'
import { expectConsistent, useEngine } from '../support/engine.ts'

/*
 * Whatever people and programs send: it is done, or refused with an error of ours that says why, and then nothing of it
 * is there. Never an error of the database, never a crash.
 */
const engine = useEngine()
let client: Client
beforeAll(() => {
  client = new Client({ url: engine().url, payloadLimit: 1_048_576 })
})
afterAll(() => client.close())

const USUAL = { seed: 20261122, interruptAfterTimeLimit: 4_000, numRuns: 300 } as const

/** Every plane of Unicode, NUL, halves of surrogate pairs, and what has a meaning somewhere. */
const character = fc.oneof(
  fc.integer({ min: 0, max: 0x10ffff }).map(point => String.fromCodePoint(point)),
  fc.constantFrom(
    '\0',
    '\ud800',
    '\udfff',
    '\u2028',
    '\ufeff',
    '\\',
    '"',
    "'",
    '`',
    '%',
    '$',
    '{',
    '}',
    '[',
    ']',
    '*',
    '/',
    ';',
    '--',
  ),
  fc.constantFrom(
    '\\u0000',
    '\\ud800',
    '\\',
    ',',
    ':',
    '=',
    '-',
    '@',
    '\n',
    '\t',
    ' ',
    'a',
    'NULL',
    'null',
    '{}',
  ),
)
const text = fc.array(character, { maxLength: 12 }).map(parts => parts.join(''))
const long = fc.tuple(character, fc.integer({ min: 60, max: 600 })).map(([one, times]) => one.repeat(times))
const name = fc.oneof(text, text, long)
const value = fc.anything({
  key: text,
  values: [text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.maxSafeInteger()],
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 4,
})

/** What came of it: the answer, or an error of ours. */
async function answerOrRefusal<T>(
  attempt: () => Promise<T> | T,
): Promise<{ readonly answer?: T; readonly refusal?: string }> {
  try {
    return { answer: await attempt() }
  } catch (error) {
    if (!isKretesError(error)) throw error
    expect(error.message).not.toBe('')
    return { refusal: error.code }
  }
}

const jobs = async () => Number(await engine().value('select count(*) from background.job'))

function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(arbitrary, property), USUAL)
}

test('any payload is stored as JSON has it, or refused', () =>
  check(value, async payload => {
    const before = await jobs()
    const { answer, refusal } = await answerOrRefusal(() => client.schedule({ task: 'A', payload } as never))
    expect(await jobs()).toBe(before + (refusal ? 0 : 1))
    if (!answer) return
    const stored = await engine().value('select payload::text from background.job where id = $1', [answer.id])
    expect(stored).toBe(JSON.stringify(payload ?? (payload === undefined ? {} : payload)))
  }))

test('any names are stored as they are, or refused', () =>
  check(
    fc.record({ task: name, queue: name, key: name, tag: name, flag: name, which: fc.nat({ max: 31 }) }),
    async given => {
      const has = (bit: number) => (given.which & bit) !== 0
      const options = {
        task: has(1) ? given.task : 'A',
        ...(has(2) && { queue: given.queue }),
        ...(has(4) && { key: given.key }),
        ...(has(8) && { tags: [given.tag] }),
        ...(has(16) && { flags: [given.flag] }),
      }
      const { answer } = await answerOrRefusal(() => client.schedule(options as never))
      if (!answer) return
      const [stored] = await engine().query(
        'select task, queue, key, tags, flags from background.job where id = $1',
        [answer.id],
      )
      const { task, queue = null, key = null, tags = null, flags = null } = options as Record<string, unknown>
      expect(stored).toEqual({ task, queue, key, tags, flags })
    },
  ))

test('many jobs are all there, or none', () =>
  check(fc.array(value, { maxLength: 5 }), async payloads => {
    const before = await jobs()
    const items = payloads.map(payload => ({ payload }))
    const { refusal } = await answerOrRefusal(() => client.scheduleMany('A', items as never))
    expect(await jobs()).toBe(before + (refusal ? 0 : items.length))
  }))

/** What the SQL API says itself, and what the server says of values that are none of their type. */
const CLEAR = /^(KB001|22...|54001)$/
const json = fc.oneof(
  text,
  text.map(inside => `"${inside}"`),
  text.map(inside => JSON.stringify({ [inside]: inside })),
  fc.constantFrom(
    '9007199254740993',
    '1e400',
    '-0',
    '1e-400',
    '{"a":1,"a":2}',
    '"\\ud83d\\ude00"',
    '"\\ud83d"',
    '"\\u0000"',
    '"\\\\u0000"',
  ),
  fc.integer({ min: 1, max: 20_000 }).map(depth => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 1_048_570, max: 1_048_580 }).map(bytes => `"${'x'.repeat(bytes - 2)}"`),
)

test('the SQL API stores what it is given character by character, or says what is wrong with it', () =>
  check(fc.tuple(name, json, name, name), async ([task, payload, queue, key]) => {
    const before = await jobs()
    const added = engine().query('select id from background.add_job($1, $2::json, $3, job_key => $4)', [
      task,
      payload,
      queue,
      key,
    ])
    const error = await added.then(
      () => undefined,
      (error: { code?: string; message: string }) => error,
    )
    if (error) expect(error.code, `${error.code} ${error.message}`).toMatch(CLEAR)
    else
      expect(await engine().value('select payload::text from background.job order by id desc limit 1')).toBe(
        // half of a pair is no text, and on its way becomes the character that says so
        payload.replace(/\p{Cs}/gu, '\ufffd'),
      )
    expect(await jobs()).toBeLessThanOrEqual(before + (error ? 0 : 1))
  }))

/** What operators say in SQL: to jobs that are there or not, with numbers and texts of all kinds. */
const OPERATIONS: Readonly<Record<string, readonly fc.Arbitrary<unknown>[]>> = {
  'cancel_job($1)': [jobId()],
  'complete_jobs($1)': [fc.array(jobId(), { maxLength: 4 })],
  'permanently_fail_jobs($1, $2)': [fc.array(jobId(), { maxLength: 4 }), fc.option(name)],
  'retry_jobs($1)': [fc.array(jobId(), { maxLength: 4 })],
  'reschedule_jobs($1, $2, $3, $4, $5)': [
    fc.array(jobId(), { maxLength: 4 }),
    fc.option(
      fc.oneof(fc.constantFrom('infinity', '-infinity', '4713-01-01 BC', '9999-12-31', 'tomorrow'), text),
    ),
    ...[fc.option(number()), fc.option(number()), fc.option(number())],
  ],
  'remove_job($1::bigint)': [jobId()],
  'remove_job($1::text)': [name],
  'pause_queue($1, $2)': [name, fc.option(name)],
  'resume_queue($1)': [name],
  'force_unlock_workers($1)': [fc.array(name, { maxLength: 3 })],
}

function jobId(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.integer({ min: 1, max: 50 }),
    fc.constantFrom('0', '-1', '9223372036854775807', '9223372036854775808', 'x', null),
  )
}

function number(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.integer({ min: -3, max: 40_000 }),
    fc.constantFrom('2147483647', '2147483648', '-32769', '1e9', 'NaN'),
  )
}

const operation = fc.oneof(
  ...Object.entries(OPERATIONS).map(([call, values]) => fc.tuple(fc.constant(call), fc.tuple(...values))),
)

test('what operators call in SQL is done, or refused with what is wrong, and no job is half changed', async () => {
  await check(fc.array(operation, { minLength: 1, maxLength: 4 }), async calls => {
    await engine().enqueue({}, { queue: 'q' }, { delay: 60_000 })
    for (const [call, values] of calls) {
      const done = engine().query(`select * from background.${call}`, values)
      const error = await done.then(
        () => undefined,
        (error: { code?: string; message: string }) => error,
      )
      if (error) expect(error.code, `${call} ${JSON.stringify(values)}: ${error.message}`).toMatch(CLEAR)
    }
    await expectConsistent(engine())
  })
})

test('any query, crontab and duration is understood or refused', () =>
  check(fc.tuple(queryText(), crontabText(), text), async ([query, crontab, duration]) => {
    const { answer } = await answerOrRefusal(() => parseQuery(query))
    if (answer) await answerOrRefusal(() => client.jobs.list({ query } as never))
    await answerOrRefusal(() => parseCrontab(crontab))
    await answerOrRefusal(() => milliseconds(duration))
  }))

function queryText(): fc.Arbitrary<string> {
  const field = fc.constantFrom(
    'task',
    'queue',
    'key',
    'tag',
    'error',
    'state',
    'priority',
    'since',
    'before',
    'payload.a',
    'worker',
    'id',
    '-task',
  )
  const term = fc.tuple(
    field,
    fc.constantFrom(':', ':', '=', '', '::'),
    fc.oneof(text, fc.constantFrom('1', '1..', '..9', '2026-11-22', '1h', '99999999999999999999', '*')),
  )
  return fc.oneof(
    text,
    fc
      .array(
        term.map(parts => parts.join('')),
        { maxLength: 4 },
      )
      .map(terms => terms.join(' ')),
  )
}

function crontabText(): fc.Arbitrary<string> {
  const field = fc.oneof(
    fc.constantFrom('*', '*/5', '0', '59', '1-5', 'MON', '@daily', '?', 'L', '99', '*/0', '5-1'),
    text,
  )
  const line = fc.tuple(
    fc.array(field, { minLength: 1, maxLength: 7 }),
    fc.oneof(fc.constant('A'), text),
    text,
  )
  return fc
    .array(
      line.map(([fields, task, rest]) => [...fields, task, rest].join(' ')),
      { maxLength: 3 },
    )
    .map(lines => lines.join('\n'))
}

test('the HTTP API answers anything with what was asked for or a problem, and is never at fault', async () => {
  const { handle } = asking({ background: client })
  const paths = [
    'jobs',
    'jobs/1',
    'jobs/1/cancel',
    'jobs/1/retry',
    'jobs/bulk',
    'queues',
    'queues/a/pause',
    'crons',
    'crons/a',
    'workers/1/quiet',
    'activity',
    'errors',
    'tasks',
    'overview',
  ]
  const path = fc.oneof(
    fc.constantFrom(...paths),
    text.map(encodeURIComponentSafely).map(one => `jobs/${one}`),
    text.map(encodeURIComponentSafely).map(one => `queues/${one}/pause`),
  )
  const body = fc.oneof(
    text,
    fc.json(),
    fc
      .record(
        {
          task: name,
          payloadText: json,
          payload: value.filter(isJson),
          queue: name,
          key: name,
          in: text,
          ids: fc.array(text),
          query: queryText(),
          reason: text,
        },
        { requiredKeys: [] },
      )
      .map(safely),
  )
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT'),
    path,
    query: text,
    body,
    type: fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain'),
  })
  await check(request, async ({ method, path, query, body, type }) => {
    const url = `http://localhost/api/${path}?query=${encodeURIComponentSafely(query)}&limit=${encodeURIComponentSafely(query)}`
    const headers = { 'content-type': type, 'sec-fetch-site': 'same-origin' }
    const answer = await handle(new Request(url, { method, headers, ...(method !== 'GET' && { body }) }))
    const told = await answer.text()
    expect(answer.status, `${method} ${url} ${body}: ${told}`).toBeLessThan(500)
    if (answer.status >= 400) expect(answer.headers.get('content-type'), told).toContain('problem+json')
  })
})

function encodeURIComponentSafely(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}

function safely(value: unknown): string {
  return JSON.stringify(value)
}
