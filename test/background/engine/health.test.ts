import { expect, onTestFinished, test } from 'vitest'
import { schemaHealth, serverHealth } from '../../../background/engine/health.ts'
import { pauseQueue } from '../../../background/engine/queue-pause.ts'
import { statement } from '../../../background/engine/statement.ts'
import { emptyDatabase } from '../../support/database.ts'
import { useEngine } from '../../support/engine.ts'
import { type OpenTransaction, openTransaction } from '../../support/open-transaction.ts'

const engine = useEngine()

/** The names of those who hold something up. */
const holding = async () => (await serverHealth(engine().db, 0)).holders.map(({ name }) => name)

async function pidOf({ executor }: OpenTransaction): Promise<string> {
  const [[pid] = []] = await executor.run(statement('test_pid', 'select pg_backend_pid()'), [])
  return pid as string
}

test('a transaction that stays open is named by the process that has to end', async () => {
  const open = await openTransaction(engine().url)
  const pid = await pidOf(open)
  const { holders, recovering, connections, maxConnections } = await serverHealth(engine().db, 0)
  expect(holders).toContainEqual({
    ...{ kind: 'session', name: pid, seconds: expect.any(Number) },
    what: expect.stringMatching(new RegExp(`^a transaction of .* in process ${pid} idle in transaction$`)),
  })
  expect([recovering, connections > 0, connections <= maxConnections]).toEqual([false, true, true])
  await open.commit()
  expect(await holding()).not.toContain(pid)
})

test('a transaction in another database holds our dead rows when it writes, and nothing of ours when it only reads', async () => {
  const other = await emptyDatabase()
  onTestFinished(() => other.drop())
  const open = await openTransaction(other.url)
  await open.query('set transaction isolation level repeatable read')
  const pid = await pidOf(open)
  expect(await holding()).not.toContain(pid)
  await open.query('create table written ()')
  expect(await holding()).toContain(pid)
})

test('of very many that hold something up the oldest are named', async () => {
  const others = await Promise.all(Array.from({ length: 25 }, () => openTransaction(engine().url)))
  const oldest = await openTransaction(engine().url)
  const pid = await pidOf(oldest)
  await Promise.all(others.map(open => open.query('commit and chain')))
  const named = await holding()
  expect(named).toHaveLength(20)
  expect(named).toContain(pid)
})

test('the work: tasks that no worker knows, workers that are gone, queues that are paused', async () => {
  await engine().enqueue({}, { task: 'Gone' }, { task: 'Gone' })
  await engine().worker()
  await engine().expire(await engine().worker())
  await pauseQueue(engine().db, 'email', {})
  expect(await schemaHealth(engine().db)).toMatchObject({
    unknownTasks: [{ task: 'Gone', count: 2 }],
    workers: { alive: 1, lost: 1, quiet: 0 },
    pausedQueues: [{ name: 'email', seconds: expect.any(Number) }],
    forbidden: [],
    tables: expect.arrayContaining([{ name: 'job', live: expect.any(Number), dead: expect.any(Number) }]),
  })
})
