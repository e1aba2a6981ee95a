import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { Crons, nextTicks } from '../../../background/client/crons.ts'
import { cronEntry } from '../../../background/cron.ts'
import { syncCrons } from '../../../background/engine/cron-sync.ts'
import { CHANNEL } from '../../../background/engine/ring.ts'
import { createRegistry } from '../../../background/registry.ts'
import { task } from '../../../background/task.ts'
import { Connection } from '../../../framework/connection.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
afterEach(() => engine().query('truncate background.cron'))

const payload = z.object({ kind: z.string().optional() })
const registry = createRegistry({
  Report: task({ payload, queue: 'reports', tags: ['x'], run: async () => {} }),
})
const crons = () => new Crons(async () => ({ db: engine().db, registry, payloadLimit: 1_000 }))
const daily = { task: 'Report', expression: '@daily' }
const coded = (code: string) => expect.objectContaining({ code })

test('an entry is added with what its task says, and listed', async () => {
  const added = await crons().add({ ...daily, payload: { kind: 'short' }, timeZone: 'Europe/Warsaw' })
  expect(added).toMatchObject({
    ...{ name: 'Report', task: 'Report', expression: '@daily', timeZone: 'Europe/Warsaw', source: 'dynamic' },
    ...{ payload: '{"kind":"short"}', queue: 'reports', tags: ['x'], recentJobs: [] },
    ...{ pausedAt: undefined, lastTick: undefined, knownSince: expect.any(Date) },
  })
  await crons().add({ ...daily, name: 'another' })
  expect((await crons().list()).map(({ name }) => name)).toEqual(['Report', 'another'])
  expect(await crons().get('Report')).toEqual(added)
})

test('nothing is written that is wrong', async () => {
  await expect(crons().add({ ...daily, expression: '0 25 * * *' })).rejects.toEqual(coded('INVALID_OPTION'))
  await expect(crons().add({ ...daily, payload: { kind: 5 } })).rejects.toEqual(coded('INVALID_PAYLOAD'))
  await expect(crons().add({ ...daily, payload: { kind: 'x'.repeat(1_000) } })).rejects.toEqual(
    coded('PAYLOAD_TOO_LARGE'),
  )
  expect(await crons().list()).toEqual([])
})

test('one that exists is not added again', async () => {
  await crons().add(daily)
  await expect(crons().add({ ...daily, expression: '@hourly' })).rejects.toEqual(coded('CRON_EXISTS'))
  expect(await crons().list()).toMatchObject([{ expression: '@daily' }])
})

test('an entry is changed in what is said, and in nothing else', async () => {
  const options = {
    priority: 4,
    key: 'k',
    keyMode: 'unsafe_dedupe',
    missed: 'all',
    fill: '1h',
    cap: 7,
  } as const
  const added = await crons().add({ ...daily, ...options, payload: { kind: 'a' } })
  expect(await crons().change('Report', { expression: '@hourly' })).toEqual({
    ...added,
    expression: '@hourly',
  })
  expect(await crons().change('Report', { payload: {} })).toMatchObject({
    expression: '@hourly',
    payload: '{}',
  })
  expect(await crons().change('Report', { missed: 'once' })).toMatchObject({
    missed: 'once',
    fill: 3_600_000,
    cap: 100,
  })
  expect(await crons().change('Report', { missed: 'skip' })).toMatchObject({
    missed: 'skip',
    fill: undefined,
  })
  expect(await crons().change('Report', { key: undefined })).toMatchObject({
    key: undefined,
    keyMode: 'replace',
  })
  await expect(crons().change('Report', { timeZone: 'Mars/Base' })).rejects.toEqual(coded('INVALID_OPTION'))
  expect(await crons().get('Report')).toMatchObject({ expression: '@hourly', timeZone: 'UTC' })
})

test('an entry keeps its name', async () => {
  await crons().add(daily)
  await crons().change('Report', { name: 'other', expression: '@hourly' } as never)
  expect(await crons().list()).toMatchObject([{ name: 'Report', expression: '@hourly' }])
})

test('an entry is paused, resumed and removed', async () => {
  await crons().add(daily)
  expect(await crons().pause('Report')).toMatchObject({ pausedAt: expect.any(Date), resumedAt: undefined })
  expect(await crons().resume('Report')).toMatchObject({ pausedAt: undefined, resumedAt: expect.any(Date) })
  await crons().remove('Report')
  expect(await crons().list()).toEqual([])
})

test('entries from code are paused and resumed, and otherwise left to the code', async () => {
  await syncCrons(engine().db, [cronEntry(daily, 'crontab')])
  expect((await crons().pause('Report')).pausedAt).toBeInstanceOf(Date)
  expect((await crons().resume('Report')).pausedAt).toBeUndefined()
  const inCode = expect.objectContaining({
    code: 'CRON_IN_CODE',
    message: expect.stringContaining('crontab'),
  })
  await expect(crons().change('Report', { expression: '@hourly' })).rejects.toEqual(inCode)
  await expect(crons().remove('Report')).rejects.toEqual(inCode)
  await expect(crons().add(daily)).rejects.toEqual(coded('CRON_EXISTS'))
})

test('what is not there is not found, and the error knows what was meant', async () => {
  await crons().add(daily)
  const meant = expect.objectContaining({
    code: 'CRON_NOT_FOUND',
    message: 'there is no cron entry named Reprot; did you mean Report?',
  })
  await expect(crons().get('Reprot')).rejects.toEqual(meant)
  await expect(crons().change('Reprot', {})).rejects.toEqual(meant)
  await expect(crons().pause('Reprot')).rejects.toEqual(meant)
  await expect(crons().resume('Reprot')).rejects.toEqual(meant)
  await expect(crons().remove('Reprot')).rejects.toEqual(meant)
})

test('workers hear of every change', async () => {
  const heard: string[] = []
  const { url } = engine()
  const ear = new Connection({ url, name: 'ear', listen: CHANNEL, onNotification: what => heard.push(what) })
  const said = async (act: Promise<unknown>) => {
    await act
    // an answer on the connection that listens comes behind the notifications that were committed before
    await ear.run({ name: '', text: 'select 1' }, [])
    return heard.splice(0)
  }
  try {
    await ear.open()
    expect(await said(crons().add(daily))).toEqual(['cron'])
    expect(await said(crons().change('Report', { priority: 1 }))).toEqual(['cron'])
    expect(await said(crons().pause('Report'))).toEqual(['cron'])
    expect(await said(crons().resume('Report'))).toEqual(['cron'])
    expect(await said(crons().remove('Report'))).toEqual(['cron'])
    expect(await said(crons().list())).toEqual([])
  } finally {
    await ear.close()
  }
})

test('the next ticks of an entry can be told', () => {
  const report = { expression: '0 8 * * MON-FRI', timeZone: 'Europe/Warsaw' }
  expect(nextTicks(report, 3, new Date('2025-03-28T12:00Z'))).toEqual([
    new Date('2025-03-31T06:00Z'),
    new Date('2025-04-01T06:00Z'),
    new Date('2025-04-02T06:00Z'),
  ])
  expect(nextTicks({ expression: '@hourly' }, 1, new Date('2025-01-01T00:00Z'))).toEqual([
    new Date('2025-01-01T01:00Z'),
  ])
})
