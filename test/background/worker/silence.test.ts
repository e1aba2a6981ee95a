import { describe } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { gate } from '../../support/worker.ts'
import { type Stage, stageTest as test } from '../../support/worker-stage.ts'

const isDone = async ({ engine }: Stage) =>
  (await engine.value('select count(*)::int from background.job')) === 0
const ring = ({ engine }: Stage) => engine.query(`select pg_notify('background', '')`)

describe.concurrent('a worker that hears nothing from the database', { timeout: 60_000 }, () => {
  test('for longer than its lease stops its tasks, and comes back', async ({ stage, expect }) => {
    const { engine, workers } = stage
    const signals: AbortSignal[] = []
    const wire = await stage.wire()
    const A = async (_: object, { signal, crashes }: { signal: AbortSignal; crashes: number }) => {
      signals.push(signal)
      if (crashes === 0) await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
    }
    const { told } = await workers.start({ A }, {}, wire.url)
    const other = await workers.start({ B: () => {} })
    await engine.enqueue({})
    await ring(stage)
    await eventually(() => signals.length === 1)
    wire.freeze()
    await eventually(() => told('worker:lost').length === 1, 12_000)
    expect(signals[0]?.reason).toMatchObject({ code: 'LEASE_LOST' })
    wire.cut()
    await eventually(() => isDone(stage), 12_000)
    expect(signals.length).toBe(2)
    expect(other.told('worker:lost')).toEqual([])
    expect(told('worker:lost').length).toBe(1)
  })

  test('stops in time all the same', async ({ stage, expect }) => {
    const { engine, workers } = stage
    const wire = await stage.wire()
    const go = gate()
    // while it claims from this queue, a job without a queue has begun already
    const blocker = engine.connect()
    await blocker.run({ name: '', text: 'begin' }, [])
    await blocker.run({ name: '', text: `insert into background.slot values ('blocked', 1, 9)` }, [])
    await engine.enqueue({ queue: 'blocked' }, {})
    const { worker, told } = await workers.start({ A: () => go.opened }, {}, wire.url)
    await eventually(() => told('job:started').length === 1)
    wire.freeze()
    const before = performance.now()
    go.open()
    await worker.stop()
    expect(performance.now() - before).toBeLessThan(12_000)
    expect(told('job:stale').length).toBe(1)
    await blocker.run({ name: '', text: 'rollback' }, [])
  })

  test('and has nothing to wait for when it is stopped later', async ({ stage, expect }) => {
    const wire = await stage.wire()
    const { worker, told } = await stage.workers.start({ A: () => {} }, {}, wire.url)
    wire.freeze()
    await eventually(() => told('worker:lost').length === 1, 12_000)
    const before = performance.now()
    await worker.stop()
    expect(performance.now() - before).toBeLessThan(4_000)
    expect(told('worker:stopped').length).toBe(1)
  })

  test('leaves a claim that is answered too late to whoever rescues', async ({ stage, expect }) => {
    const { engine, workers } = stage
    const runs: { id: string; crashes: number }[] = []
    const A = (_: object, { id, crashes }: { id: string; crashes: number }) => void runs.push({ id, crashes })
    const { worker, told } = await workers.start({ A })
    await worker.untilEmpty()
    const blocker = engine.connect()
    await blocker.run({ name: '', text: 'begin' }, [])
    await blocker.run({ name: '', text: 'select from background.worker for update' }, [])
    const [id] = await engine.enqueue({})
    await ring(stage)
    // neither the claim nor a beat gets through, until the lease is over
    await eventually(async () => {
      await blocker.run({ name: '', text: 'select 1' }, [])
      return told('worker:lost').length === 1
    }, 12_000)
    expect(await engine.value('select count(*)::int from background.claim')).toBe(0)
    await blocker.run({ name: '', text: 'commit' }, [])
    await eventually(() => engine.value('select count(*)::int from background.claim'))
    // a beat that was on its way may have extended it
    await engine.expire(told('worker:lost')[0]?.worker as string)
    await eventually(() => isDone(stage))
    expect(runs).toEqual([{ id, crashes: 1 }])
    expect(told('worker:lost').length).toBe(1)
  })
})
