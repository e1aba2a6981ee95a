import { expect, test } from 'vitest'
import type { BulkOrder, BulkSum } from '../../../background/client/bulks.ts'
import type { Client } from '../../../background/client/client.ts'
import { sleep } from '../../../framework/clock.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()
const clients = useClients(engine)
const deed = { actor: 'ann', action: 'bulk.discard', target: 'tag:old' }

/** A client, and as many jobs as three pieces. */
async function withJobs(): Promise<{ client: Client; order: BulkOrder }> {
  const client = clients.open()
  await client.scheduleMany(
    'Any',
    Array.from({ length: 1_200 }, () => ({ tags: ['old'], in: '1h' }) as never),
  )
  const which = { filter: { where: 'tag:old' } }
  return { client, order: { action: 'discard', which, total: { count: 1_200, capped: false }, deed } }
}

async function all(steps: AsyncIterable<BulkSum>): Promise<BulkSum[]> {
  const sums: BulkSum[] = []
  for await (const sum of steps) sums.push(sum)
  return sums
}

test('many jobs are changed piece by piece, and what became of it is in the log of activities', async () => {
  const { client, order } = await withJobs()
  const bulk = await client.bulks.begin({ ...order, reason: 'too late' })
  expect((await all(bulk.steps())).map(({ done }) => done)).toEqual([500, 1_000, 1_200])
  expect(await client.activities.find(bulk.id)).toMatchObject({
    ...{ actor: 'ann', action: 'bulk.discard', target: 'tag:old', outcome: 'done' },
    answer: { done: 1_200, told: 0, refused: 0, total: 1_200, capped: false },
  })
  expect((await client.jobs.list({ tag: 'old', limit: 1 })).jobs[0]?.error?.message).toBe('too late')
})

test('whoever does it may stop it after a piece, and so may anybody by its activity', async () => {
  const { client, order } = await withJobs()
  const stop = new AbortController()
  const mine = await client.bulks.begin(order)
  const seen: number[] = []
  for await (const { done } of mine.steps(stop.signal)) {
    seen.push(done)
    stop.abort()
  }
  expect(seen).toEqual([500])
  expect(await client.activities.find(mine.id)).toMatchObject({ outcome: 'stopped', answer: { done: 500 } })

  const theirs = (await client.bulks.begin({ ...order, total: { count: 700, capped: false } })) as typeof mine
  const steps = theirs.steps()
  await client.activities.stop(theirs.id)
  const { value } = await steps.next()
  expect(value).toMatchObject({ done: 500, isStopped: true })
  expect(await steps.next()).toMatchObject({ done: true })
  expect(await client.jobs.count({ tag: 'old', state: 'scheduled' })).toMatchObject({ count: 200 })
})

test('why jobs were left alone is told and kept', async () => {
  const { client, order } = await withJobs()
  const [id = ''] = (await client.jobs.list({ tag: 'old', limit: 1 })).jobs.map(job => job.id)
  await client.jobs.cancel(id)
  const which = { ids: [id, '999999999'] }
  const bulk = await client.bulks.begin({ ...order, which, total: { count: 2, capped: false } })
  const [sum] = await all(bulk.steps())
  const codes = ['JOB_FINISHED', 'JOB_NOT_FOUND']
  expect(sum?.refusals.map(({ code }) => code).sort()).toEqual(codes)
  const { answer } = (await client.activities.find(bulk.id)) ?? {}
  expect(answer).toMatchObject({ done: 0, refused: 2, refusals: [{ job: expect.any(String) }, {}] })
})

test('after each piece the server has a rest, as long as the piece took', async () => {
  const { client, order } = await withJobs()
  const bulk = await client.bulks.begin(order)
  const rests: number[] = []
  let since: number | undefined
  for await (const _ of bulk.steps()) {
    if (since !== undefined) rests.push(performance.now() - since)
    await sleep(150)
    since = performance.now()
  }
  expect(rests.map(ms => ms > 145)).toEqual([true, true])
})

test('how many in a second is a limit', async () => {
  const { client, order } = await withJobs()
  const [id = '', ...others] = (await client.jobs.list({ tag: 'old', limit: 8 })).jobs.map(job => job.id)
  const which = { ids: [id, ...others] }
  const bulk = await client.bulks.begin({ ...order, which, rate: 16, total: { count: 8, capped: false } })
  const since = performance.now()
  expect((await all(bulk.steps())).map(({ done }) => done)).toEqual([4, 8])
  expect(performance.now() - since).toBeGreaterThan(240)
})
