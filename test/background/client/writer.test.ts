import { expect, test } from 'vitest'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'

const engine = useEngine()
const clients = useClients(engine)

const commits = () => engine().value('select count(distinct xmin::text)::int from background.job')

test('jobs scheduled in the same turn share a commit, and each gets its own id', async () => {
  const client = clients.open()
  const handles = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      client.schedule({ task: `T${n}`, payload: n, ...(n % 2 ? { queue: 'q' } : {}) }),
    ),
  )
  expect(await commits()).toBe(1)
  const stored = await engine().query<{ id: string; task: string }>('select id, task from background.job')
  for (const [n, { id }] of handles.entries()) expect(stored.find(job => job.id === id)?.task).toBe(`T${n}`)
})

test('what is scheduled while a write is under way shares the next commit', async () => {
  const client = clients.open()
  const db = engine().connect()
  await db.run({ name: '', text: 'begin' }, [])
  await db.run({ name: '', text: 'lock table background.job in exclusive mode' }, [])
  const first = client.schedule({ task: 'A' })
  await eventually(() => engine().waiters())
  const later: Promise<unknown>[] = []
  for (let n = 0; n < 30; n++) {
    later.push(client.schedule({ task: 'A' }))
    if (n % 6 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await db.run({ name: '', text: 'commit' }, [])
  await Promise.all([first, ...later])
  expect(await commits()).toBe(2)
})

test('more than fit into one statement', async () => {
  const client = clients.open()
  const handles = await Promise.all(Array.from({ length: 2_500 }, () => client.schedule({ task: 'A' })))
  expect(new Set(handles.map(handle => handle.id)).size).toBe(2_500)
  expect(await commits()).toBe(3)
})

test('one job that the database refuses is refused alone', async () => {
  await engine().query(`alter table background.job add constraint odd check (task <> 'Odd')`)
  const client = clients.open()
  const results = await Promise.allSettled(
    Array.from({ length: 300 }, (_, n) => client.schedule({ task: n === 137 ? 'Odd' : 'A', payload: n })),
  )
  await engine().query('alter table background.job drop constraint odd')
  expect(results.filter(result => result.status === 'rejected')).toMatchObject([
    { reason: { code: '23514' } },
  ])
  expect(results.findIndex(result => result.status === 'rejected')).toBe(137)
  expect(await engine().value('select count(*)::int from background.job')).toBe(299)
})

test('what says nothing about a single job refuses them all, once', async () => {
  await engine().query('alter table background.ready rename to elsewhere')
  const client = clients.open()
  const results = await Promise.allSettled(Array.from({ length: 30 }, () => client.schedule({ task: 'A' })))
  await engine().query('alter table background.elsewhere rename to ready')
  expect(results).toMatchObject(Array(30).fill({ status: 'rejected', reason: { code: '42P01' } }))
  await client.schedule({ task: 'A' })
})

test('a payload that is refused before it is sent troubles nobody else', async () => {
  const client = clients.open()
  const [good, bad] = await Promise.allSettled([
    client.schedule({ task: 'A', payload: 1 }),
    client.schedule({ task: 'A', payload: { at: new Date() } as never }),
  ])
  expect(good.status).toBe('fulfilled')
  expect(bad).toMatchObject({ reason: { code: 'PAYLOAD_NOT_JSON' } })
})

test('workers hear of what was scheduled, in one breath where it was', async () => {
  const client = clients.open()
  const heard = await clients.ear()
  await client.schedule({ task: 'A' })
  await Promise.all([
    ...Array.from({ length: 40 }, () => client.schedule({ task: 'A', queue: 'q' })),
    client.schedule({ task: 'A', in: '1h' }),
  ])
  await client.close()
  expect(heard.length).toBeLessThanOrEqual(3)
  const words = new Set(heard.join(' ').split(' '))
  expect(words).toEqual(new Set(['free', 'queued', 'later']))
})
