import { afterEach, expect, test } from 'vitest'
import { rest } from '../../../background/engine/rest.ts'
import { createRegistry } from '../../../background/registry.ts'
import { task } from '../../../background/task.ts'
import { type Database, openDatabase } from '../../../framework/database.ts'
import { transaction } from '../../../framework/transaction.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { runProgram } from '../../support/program.ts'

const engine = useEngine()
const clients = useClients(engine)
const databases: Database[] = []

afterEach(() => Promise.all(databases.splice(0).map(database => database.close())))

function database(): Database {
  const opened = openDatabase({ url: engine().url, poolSize: 2, applicationName: 'app' })
  databases.push(opened)
  return opened
}

const count = () => engine().value('select count(*)::int from background.job')

test('a job is stored with what was asked for, and what its task says', async () => {
  const run = (_: { to: string; big: number }) => {}
  const Mail = task({ name: 'Mail', queue: 'mail', priority: 2, maxAttempts: 3, tags: ['a'], run })
  const client = clients.open()
  const { id } = await client.schedule({
    task: Mail,
    payload: { to: 'ann', big: 1e21 },
    tags: ['b'],
    priority: 5,
  })
  expect(
    await engine().query(
      'select id, task, queue, priority, max_attempts, tags, payload::text from background.job',
    ),
  ).toEqual([
    {
      ...{ id, task: 'Mail', queue: 'mail', priority: 5, max_attempts: 3, tags: ['a', 'b'] },
      payload: '{"to":"ann","big":1e+21}',
    },
  ])
})

test('a job may be scheduled by the name of its task, known here or not', async () => {
  const registry = createRegistry({ Known: task({ queue: 'q', run: () => {} }) })
  const client = clients.open({ registry })
  await client.schedule({ task: 'Known' })
  await client.schedule({ task: 'Unknown', payload: [1] })
  expect(await engine().query('select task, queue from background.job order by id')).toEqual([
    { task: 'Known', queue: 'q' },
    { task: 'Unknown', queue: null },
  ])
})

test('many jobs are scheduled in one transaction, in order, each with its own options', async () => {
  const items = Array.from({ length: 2_100 }, (_, n) => ({
    payload: { n },
    ...(n % 2 ? { queue: `q${n % 5}` } : {}),
  }))
  const handles = await clients.open().scheduleMany('A', items)
  const stored = await engine().query<{ id: string; n: number }>(
    `select id, (payload ->> 'n')::int as n from background.job order by id`,
  )
  expect(stored.map(job => job.id)).toEqual(handles.map(handle => handle.id))
  expect(stored.map(job => job.n)).toEqual(items.map(item => item.payload.n))
  expect(await engine().value('select count(distinct xmin::text)::int from background.job')).toBe(1)
  expect(await clients.open().scheduleMany('A', [])).toEqual([])
})

test('many jobs are all stored or none', async () => {
  await engine().query(
    `alter table background.job add constraint odd check (task <> 'A' or payload ->> 'n' <> '1500')`,
  )
  const items = Array.from({ length: 2_000 }, (_, n) => ({ payload: { n } }))
  await expect(clients.open().scheduleMany('A', items)).rejects.toMatchObject({ code: '23514' })
  await engine().query('alter table background.job drop constraint odd')
  expect(await count()).toBe(0)
})

test('one of many with a payload that means nothing, and none is stored', async () => {
  const items = [{ payload: 1 }, { payload: new Date() as never }]
  await expect(clients.open().scheduleMany('A', items)).rejects.toMatchObject({ code: 'PAYLOAD_NOT_JSON' })
  expect(await count()).toBe(0)
})

test('with a key the job that waits is replaced', async () => {
  const client = clients.open()
  const first = await client.schedule({ task: 'A', payload: 1, key: 'k' })
  const second = await client.schedule({ task: 'A', payload: 2, key: 'k' })
  expect(second.id).toBe(first.id)
  expect(await engine().column('select payload::text from background.job')).toEqual(['2'])
})

test('in a transaction of the framework a job exists exactly if it commits, and is rung for only then', async () => {
  const client = clients.open()
  const heard = await clients.ear()
  const db = database()
  const work = transaction(db, async () => {
    await client.schedule({ task: 'A' })
    await client.schedule({ task: 'A', key: 'k', queue: 'q' })
    await client.scheduleMany('A', [{}, {}])
    expect(await count()).toBe(0)
    throw new Error('no')
  })
  await expect(work).rejects.toThrow('no')
  expect(await count()).toBe(0)
  const before = await transaction(db, async () => {
    await client.schedule({ task: 'A' })
    await client.scheduleMany('A', [{ queue: 'q' }])
    expect(await count()).toBe(0)
    return heard.length
  })
  expect(before).toBe(0)
  expect(await count()).toBe(2)
  await eventually(() => heard.join(' ').includes('free') && heard.join(' ').includes('queued'))
})

test('in a transaction that somebody else opened too', async () => {
  const client = clients.open()
  const heard = await clients.ear()
  const { kysely } = database()
  const work = kysely.transaction().execute(async trx => {
    await client.with(trx).schedule({ task: 'A' })
    await client.with(trx).scheduleMany('A', [{}, {}])
    expect(await count()).toBe(0)
    throw new Error('no')
  })
  await expect(work).rejects.toThrow('no')
  expect(await count()).toBe(0)
  await rest(engine().connect(), [0])
  await kysely.transaction().execute(async trx => {
    await client.with(trx).schedule({ task: 'A', queue: 'q' })
    expect(heard).toEqual([])
  })
  expect(await count()).toBe(1)
  await eventually(() => heard.includes('queued'))
})

test('after a session has ended the next job makes another', async () => {
  const client = clients.open()
  await client.schedule({ task: 'A' })
  await terminate()
  // until the news has arrived a job may be sent into the void, and says so
  await eventually(() => client.schedule({ task: 'A', key: 'k' }).then(() => true))
  expect(await count()).toBe(2)
})

test('a session that ends while a job is written leaves it open whether there is one', async () => {
  const client = clients.open()
  await client.schedule({ task: 'A' })
  const unlock = await lock()
  const writing = [1, 2, 3].map(n => client.schedule({ task: 'A', payload: n }).catch(error => error))
  await eventually(async () => (await engine().waiters('kretes background')) === 1)
  await terminate()
  for (const error of await Promise.all(writing)) expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  await unlock()
  expect(await count()).toBe(1)
})

test('a closed client writes what it was asked to before, and refuses what comes after', async () => {
  const client = clients.open()
  const heard = await clients.ear()
  const writing = [
    client.schedule({ task: 'A' }),
    client.schedule({ task: 'A', key: 'k' }),
    client.scheduleMany('A', [{}]),
  ]
  await new Promise(resolve => setImmediate(resolve))
  await client.close()
  await client.close()
  await Promise.all(writing)
  expect(await count()).toBe(3)
  await eventually(() => heard.length > 0)
  await expect(client.schedule({ task: 'A' })).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
})

test('without a database it says so', async () => {
  const client = clients.open({ url: 'postgres://nobody@127.0.0.1:1/nothing' })
  await expect(client.schedule({ task: 'A' })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  await expect(client.scheduleMany('A', [{}])).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
})

test('a script that schedules and does nothing else ends by itself, and wakes the workers for all of it', async () => {
  const heard = await clients.ear()
  const script = `
    import { Client } from './background/client/client.ts'
    const client = new Client({ url: process.argv[2], payloadLimit: 1000 })
    await client.schedule({ task: 'A' })
    await client.schedule({ task: 'A', queue: 'q' })
    await client.schedule({ task: 'A', in: '1h' })
    console.log('done')`
  const before = performance.now()
  expect(await runProgram(script, engine().url)).toBe('done\n')
  expect(performance.now() - before).toBeLessThan(8_000)
  expect(await count()).toBe(3)
  await eventually(() => ['free', 'queued', 'later'].every(kind => heard.join(' ').includes(kind)))
})

function terminate(): Promise<unknown> {
  return engine().query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'kretes background'`,
  )
}

/** Nobody can write jobs; the answered function ends that. */
async function lock(): Promise<() => Promise<unknown>> {
  const db = engine().connect()
  await db.run({ name: '', text: 'begin' }, [])
  await db.run({ name: '', text: 'lock table background.job in exclusive mode' }, [])
  return () => db.run({ name: '', text: 'commit' }, [])
}
