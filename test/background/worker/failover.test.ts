import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { run } from '../../../background/index.ts'
import { migrate } from '../../../background/migrate.ts'
import { createLogger } from '../../../framework/logger.ts'
import { Postgres } from '../../chaos/server/postgres.ts'
import { followerOf } from '../../chaos/server/standby.ts'
import { Wire } from '../../chaos/wire/wire.ts'
import { expectConsistent } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { gate } from '../../support/worker.ts'

const NATIVE = process.env.KRETES_TEST_POSTGRES

/** A server, and a place for another one. */
async function server() {
  const directory = await mkdtemp(join(tmpdir(), 'kretes-test-'))
  // servers that run as somebody else have to get to their data
  await chmod(directory, 0o711)
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const primary = await Postgres.at(join(directory, 'primary'), NATIVE)
  onTestFinished(() => primary.crash())
  await primary.create()
  await migrate(primary.url())
  return { primary, directory }
}

/** A wire that leads to whoever `target` answers with. */
async function wireTo(target: () => Postgres) {
  const wire = new Wire(() => target().port)
  onTestFinished(() => wire.end())
  return { wire, port: await wire.lay() }
}

/** Two servers, of which the second follows the first as long as it is let, and an address where one of them is. */
async function servers() {
  const { primary, directory } = await server()
  const stream = await wireTo(() => primary)
  const standby = await followerOf(primary, join(directory, 'standby'), NATIVE, stream.port)
  onTestFinished(() => standby.crash())
  let inCharge = primary
  const address = await wireTo(() => inCharge)
  const takeOver = async () => {
    await primary.crash()
    await standby.control('promote')
    inCharge = standby
  }
  return { primary, standby, stream: stream.wire, url: primary.url(address.port), takeOver }
}

/** Whatever the first has committed by now the second has too. */
async function caughtUp(primary: Postgres): Promise<void> {
  const [now] = await primary.ask<{ lsn: string }>('select pg_current_wal_lsn() as lsn')
  await eventually(async () => {
    const [standby] = await primary.ask<{ has: boolean }>(
      `select replay_lsn >= '${now?.lsn}' as has from pg_stat_replication`,
    )
    return standby?.has
  })
}

test('when a standby takes over that lacks the last commits, what was done in them is done again, and nothing is stuck', async () => {
  const { primary, standby, stream, url, takeOver } = await servers()
  const runs: string[] = []
  const told = { completed: 0, lost: 0 }
  const doors = { forgotten: gate(), open: gate() }
  const runner = await run({
    ...{ url, logger: createLogger({ level: 'silent' }) },
    tasks: {
      A: async ({ name }: { name: keyof typeof doors }, { signal }) => {
        runs.push(name)
        const stopped = new Promise(resolve => signal.addEventListener('abort', resolve))
        await Promise.race([doors[name]?.opened, stopped])
      },
    },
    events: { 'job:completed': () => void told.completed++, 'worker:lost': () => void told.lost++ },
  })
  onTestFinished(() => runner.stop(0))
  // both in one claim
  await runner.scheduleMany('A', [{ payload: { name: 'forgotten' } }, { payload: { name: 'open' } }])
  await eventually(() => runs.length === 2)
  await caughtUp(primary)
  stream.refuse()
  doors.forgotten.open()
  await eventually(() => told.completed === 1)
  await takeOver()
  doors.open.open()
  await eventually(() => told.lost === 1, 20_000)
  const history = `select payload ->> 'name' as name, state from background.history order by name`
  await eventually(async () => (await standby.ask(history)).length === 2, 30_000)
  expect(await standby.ask(history)).toEqual([
    { name: 'forgotten', state: 'completed' },
    { name: 'open', state: 'completed' },
  ])
  expect(runs.filter(name => name === 'forgotten').length).toBe(2)
  expect(told.lost).toBe(1)
  await eventually(async () => (await standby.ask('select from background.claim')).length === 0)
  await expectConsistent({ query: sql => standby.ask(sql) })
}, 120_000)

test('a server that need not wait for its disk has lost its last commits when it comes back from a crash: what ran runs again', async () => {
  const { primary } = await server()
  await primary.ask('alter database chaos set synchronous_commit = off')
  const { port } = await wireTo(() => primary)
  const [door, told] = [gate(), { started: 0, lost: 0, completed: 0 }]
  const runner = await run({
    ...{ url: primary.url(port), logger: createLogger({ level: 'silent' }) },
    tasks: {
      A: async (_: object, { signal }) => {
        told.started++
        const stopped = new Promise(resolve => signal.addEventListener('abort', resolve))
        await Promise.race([door.opened, stopped])
      },
    },
    events: { 'worker:lost': () => void told.lost++, 'job:completed': () => void told.completed++ },
  })
  onTestFinished(() => runner.stop(0))
  await runner.schedule({ task: 'A' })
  await eventually(() => told.started === 1)
  // what has happened by now is on its disk, whatever it waits for
  await primary.ask('checkpoint')
  await primary.crash()
  await primary.start()
  await eventually(() => told.lost === 1, 30_000)
  door.open()
  await eventually(() => told.completed === 1, 30_000)
  expect(told).toEqual({ started: 2, lost: 1, completed: 1 })
}, 120_000)
