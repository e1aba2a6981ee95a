import { randomBytes } from 'node:crypto'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { Client } from '../../../background/client/client.ts'
import { rotateKeys } from '../../../background/client/rotate-keys.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'

const engine = useEngine()
afterEach(() => engine().query('truncate background.cron'))
const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const [old, fresh] = [key('old'), key('fresh')]

function open(...keys: string[]): Client {
  const client = new Client({
    url: engine().url,
    payloadLimit: 1 << 20,
    encryption: { keys, plain: 'accept' },
  })
  onTestFinished(() => client.close())
  return client
}

const rotate = (client: Client, options = {}) => rotateKeys(client.administration, options)
const KEYS = `
select coalesce(json_object_agg(key, n), '{}') from (
  select key, count(*)::int as n from (
    select payload from background.job union all select payload from background.finished union all
    select payload from background.cron) p
   cross join lateral (select m[1] as key from regexp_matches(payload::text, '"1\\.([\\w-]+)\\.', 'g') m) k
   group by key) n`
const keys = () => engine().value(KEYS)

/** Jobs that wait, run and have finished, a batch, and a cron entry, all with the old key, and one without any. */
async function setUp(jobs = 250) {
  const client = open(old)
  const items = Array.from({ length: jobs }, (_, n) => ({ payload: { n }, in: '1h' as const }))
  await client.scheduleMany('Pay', items)
  await client.schedule({ task: 'Batch', payload: [{ n: 1 }, { n: 2 }], in: '1h' })
  await client.crons.add({ task: 'Pay', expression: '@daily', payload: { n: 'cron' } })
  await client.scheduleMany('Pay', [{ payload: { n: 'done' } }, { payload: { n: 'running' } }])
  const worker = await engine().worker()
  const [done] = await engine().claim(worker)
  if (done) await engine().complete(worker, [done], { keep: 3_600 })
  await engine().query(`select background.add_job('Pay', '{"n": 1.0}')`)
}

test('what the old key encrypted is encrypted with the new one, and then the old one can go', async () => {
  await setUp()
  expect(await keys()).toEqual({ old: 255 })
  const both = open(fresh, old)
  expect(await rotate(both, { dryRun: true })).toMatchObject({
    key: 'fresh',
    jobs: 252,
    history: 1,
    crons: 1,
  })
  expect(await keys()).toEqual({ old: 255 })
  const sofar: number[] = []
  const rotated = await rotate(both, { onProgress: (count: number) => sofar.push(count) })
  expect(rotated).toEqual({ key: 'fresh', jobs: 252, history: 1, crons: 1, missed: 0, refused: [] })
  expect(sofar).toEqual([1, 101, 201, 253, 254])
  expect(await keys()).toEqual({ fresh: 255 })
  expect(await rotate(both)).toMatchObject({ jobs: 0, history: 0, crons: 0 })
  const { sealing } = open(fresh)
  const [batch] = await engine().column(`select payload from background.job where task = 'Batch'`)
  expect(sealing?.open('Batch', batch)).toEqual([{ n: 1 }, { n: 2 }])
  const [done] = await engine().column('select payload from background.finished')
  expect(sealing?.open('Pay', done)).toEqual({ n: 'done' })
  expect(
    await engine().column(`select payload::text from background.job where payload::text like '%1.0%'`),
  ).toEqual(['{"n": 1.0}'])
})

test('one that cannot be opened is told and left as it is, and costs the others nothing', async () => {
  await setUp(3)
  await open(key('third')).schedule({ task: 'Pay', payload: { n: 'third' }, in: '1h' })
  await engine().query(`update background.job set task = 'Other' where id = 1`)
  const { jobs, refused } = await rotate(open(fresh, old))
  expect(jobs).toBe(4)
  expect(refused.map(({ task, error }) => [task, error.code]).sort()).toEqual([
    ['Other', 'PAYLOAD_BROKEN'],
    ['Pay', 'ENCRYPTION_KEY_MISSING'],
  ])
  expect(await keys()).toMatchObject({ old: 1, third: 1 })
})

test('an item that comes to a batch in that instant is not lost, and the next time finds it', async () => {
  const client = open(old)
  const batch = { task: 'Batch', key: 'k', in: '1h' } as const
  await client.schedule({ ...batch, payload: [{ n: 1 }] })
  const app = engine().connect()
  await app.run({ name: '', text: 'begin' }, [])
  const more = client.sealing?.seal('Batch', '[{"n":2}]')
  await app.run({ name: '', text: `select background.add_job('Batch', $1, job_key => 'k')` }, [more])
  const rotated = rotate(open(fresh, old))
  await eventually(() => engine().waiters())
  await app.run({ name: '', text: 'commit' }, [])
  expect(await rotated).toMatchObject({ jobs: 0, missed: 1 })
  expect(await rotate(open(fresh, old))).toMatchObject({ jobs: 1, missed: 0 })
  const payload = await engine().value('select payload from background.job')
  expect(open(fresh).sealing?.open('Batch', payload)).toEqual([{ n: 1 }, { n: 2 }])
})

test('without a key there is nothing to encrypt with', async () => {
  const client = new Client({ url: engine().url, payloadLimit: 1_000 })
  onTestFinished(() => client.close())
  await expect(rotate(client)).rejects.toMatchObject({ code: 'NO_ENCRYPTION_KEY' })
})
