import { expect, test } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { hearing } from '../../support/hearing.ts'
import { openTransaction } from '../../support/open-transaction.ts'
import { gate, useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const resting = async () =>
  ((await engine().value(`
    select count(*)::int from pg_locks
     where locktype = 'advisory' and mode = 'ShareLock' and granted
       and database = (select oid from pg_database where datname = current_database())`)) as number) > 0
const add = (args = '') => engine().query(`select background.add_job('A'${args})`)
const LONG_BEFORE_A_BACKSTOP = 2_500

test('a job that SQL adds rings for a worker that rests, which takes it', async () => {
  const done = gate()
  const ear = await hearing(engine())
  await workers.start({ A: () => done.open() })
  await eventually(resting)
  await add()
  await ear.until(rings => rings.includes('free'))
  await done.opened
})

test('a worker that works is not rung for, and takes the job when it has a place', async () => {
  const [started, finish] = [gate(), gate()]
  let runs = 0
  const A = async () => {
    runs++
    started.open()
    await finish.opened
  }
  await workers.start({ A }, { concurrency: 1 })
  await eventually(resting)
  await add()
  await started.opened
  await eventually(async () => !(await resting()))
  const ear = await hearing(engine())
  await add()
  await add(`, queue_name => 'q'`)
  await engine().query(`select pg_notify('background', 'end')`)
  await ear.until(rings => rings.join() === 'end')
  finish.open()
  await eventually(() => runs === 3)
})

test('a job that was added while the worker worked, and committed while it rests, is found soon', async () => {
  const [started, finish] = [gate(), gate()]
  let runs = 0
  const A = async () => {
    runs++
    started.open()
    await finish.opened
  }
  await workers.start({ A }, { concurrency: 1 })
  await eventually(resting)
  await add()
  await started.opened
  await eventually(async () => !(await resting()))
  const slow = await openTransaction(engine().url)
  await slow.query(`select background.add_job('A')`)
  finish.open()
  await eventually(resting)
  await slow.commit()
  await eventually(() => runs === 2, LONG_BEFORE_A_BACKSTOP)
})

test.each(['committed', 'serializable', 'repeatable read'])(
  'jobs of %s transactions that began long ago ring too',
  async isolation => {
    const done = gate()
    const old = await openTransaction(engine().url)
    if (isolation !== 'committed') await old.query(`set transaction isolation level ${isolation}`)
    await old.query('select count(*) from background.job')
    await workers.start({ A: () => done.open() })
    await eventually(resting)
    const ear = await hearing(engine())
    await old.query(`select background.add_job('A')`)
    await old.commit()
    await ear.until(rings => rings.includes('free'))
    await done.opened
  },
)

test('a worker that stops rests no more', async () => {
  const { worker } = await workers.start({ A: () => {} })
  await eventually(resting)
  await worker.stop()
  expect(await resting()).toBe(false)
})

test('a worker that only polls does not rest, and nobody rings for it', async () => {
  const done = gate()
  await workers.start({ A: () => done.open() }, { listen: false })
  const ear = await hearing(engine())
  await add()
  await done.opened
  await engine().query(`select pg_notify('background', 'end')`)
  await ear.until(rings => rings.join() === 'end')
})
