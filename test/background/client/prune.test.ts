import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../../../background/client/client.ts'
import { prune, rehearsePrune } from '../../../background/client/prune.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
let client: Client
beforeAll(() => {
  client = new Client({ url: engine().url, payloadLimit: 1_000 })
})
afterAll(() => client.close())

const addOldDay = () =>
  engine().query(`create table background.finished_20200101 partition of background.finished
       for values from ('2020-01-01 00:00+00') to ('2020-01-02 00:00+00')`)

test('expired days and settings that say nothing are gone', async () => {
  await client.queues.pause('q')
  await client.queues.resume('q')
  await addOldDay()
  expect(await rehearsePrune(client.administration)).toEqual({ days: ['2020-01-01'], queues: 1 })
  expect(await prune(client.administration)).toEqual({ days: 1, queues: 1 })
  expect(await rehearsePrune(client.administration)).toEqual({ days: [], queues: 0 })
  expect(await prune(client.administration)).toEqual({ days: 0, queues: 0 })
})

test('whoever reads the history is waited for, but not for ever', async () => {
  await addOldDay()
  const reader = new pg.Client(engine().url)
  await reader.connect()
  try {
    await reader.query('begin')
    await reader.query('select from background.finished')
    await expect(prune(client.administration)).rejects.toMatchObject({ code: 'HISTORY_BUSY' })
    const pruned = prune(client.administration)
    await reader.query('commit')
    expect(await pruned).toMatchObject({ days: 1 })
  } finally {
    await reader.end()
  }
})
