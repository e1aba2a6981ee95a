import { expect, test } from 'vitest'
import { CRASHES_BEFORE_SOLO } from '../../../background/engine/rescue.ts'
import { byNumber, useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { type Gate, gate, useWorkers, type Watched } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const jobs = () => engine().query('select id, state, attempt, crashes from background.jobs order by id')
const done = async () => (await engine().value('select count(*)::int from background.job')) === 0

/** As if the worker had been silent for too long. */
async function expire({ worker }: Watched): Promise<string> {
  const { id } = worker
  await engine().expire(id)
  return id
}

/** A task whose runs each wait until they are let go, and note the reason when they are told to stop. */
function held() {
  const runs: { readonly id: string; readonly go: Gate; readonly signal: AbortSignal }[] = []
  const A = async (_: object, { id, signal }: { id: string; signal: AbortSignal }) => {
    const run = { id, go: gate(), signal }
    runs.push(run)
    await run.go.opened
  }
  return { A, runs }
}

test('a worker that lost its lease stops, goes on as another, and its job runs once more', async () => {
  const { A, runs } = held()
  const watched = await workers.start({ A })
  const [id] = await engine().enqueue({})
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => runs.length === 1)
  const former = await expire(watched)
  await eventually(() => watched.told('worker:lost').length === 1)
  expect(watched.told('worker:lost')).toEqual([{ worker: former, next: watched.worker.id }])
  expect(runs[0]?.signal.reason).toMatchObject({ code: 'LEASE_LOST' })
  await eventually(() => runs.length === 2)
  expect(runs[1]).toMatchObject({ id })
  expect(await jobs()).toMatchObject([{ state: 'running', attempt: 0, crashes: 1 }])
  runs[0]?.go.open()
  runs[1]?.go.open()
  await eventually(done)
  expect(runs.length).toBe(2)
  expect(watched.told('job:completed').length).toBe(1)
  expect(watched.told('job:stale')).toMatchObject([{ job: { id } }])
  expect(await engine().column('select state from background.history')).toEqual(['completed'])
})

test('what a zombie finishes is not counted: another worker has it by then', async () => {
  const one = held()
  const two = held()
  const first = await workers.start({ A: one.A })
  await engine().enqueue({})
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => one.runs.length === 1)
  await workers.start({ A: two.A })
  await expire(first)
  await eventually(() => one.runs.length + two.runs.length === 2)
  one.runs[0]?.go.open()
  await eventually(() => first.told('job:stale').length === 1)
  expect(await engine().column('select state from background.history')).toEqual([])
  for (const run of [...one.runs, ...two.runs]) run.go.open()
  await eventually(done)
})

test('a worker whose row is gone notices when it claims', async () => {
  const seen: string[] = []
  const watched = await workers.start({ A: (_: object, { id }: { id: string }) => void seen.push(id) })
  await watched.worker.untilEmpty()
  await engine().query('delete from background.worker')
  const [id] = await engine().enqueue({})
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => seen.length === 1, 1_500)
  expect(seen).toEqual([id])
  expect(watched.told('worker:lost').length).toBe(1)
})

test('jobs that wait behind others in a lost run are left to whoever has them now', async () => {
  const { A, runs } = held()
  const ids = await engine().enqueue(...Array.from({ length: 9 }, () => ({ queue: 'q' })))
  const quick = await workers.start({ A: () => {} }, { concurrency: 1 })
  await quick.worker.untilEmpty()
  await quick.worker.stop()
  const more = await engine().enqueue(...Array.from({ length: 9 }, () => ({ queue: 'q' })))
  expect(ids.length).toBe(9)
  const first = await workers.start({ A }, { concurrency: 1 })
  await eventually(() => runs.length === 1)
  await expire(first)
  await eventually(() => runs.length === 2)
  for (let n = 1; n <= 9; n++) {
    await eventually(() => runs.length === n + 1)
    runs[n]?.go.open()
  }
  runs[0]?.go.open()
  await eventually(done)
  expect(runs.map(run => run.id)).toEqual([more[0], ...more])
})

test('a worker that loses its lease while it stops gives up what is not its own any more', async () => {
  const { A, runs } = held()
  const watched = await workers.start({ A })
  await engine().enqueue({})
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => runs.length === 1)
  const stopped = watched.worker.stop(60_000)
  await expire(watched)
  await stopped
  expect(runs[0]?.signal.aborted).toBe(true)
  expect(watched.told('job:stale').length).toBe(1)
  runs[0]?.go.open()
})

test('a job that brings down its worker again and again runs alone in the end, and is discarded', async () => {
  const running = new Set<string>()
  const company: number[] = []
  let killer = ''
  const A = async (
    _: object,
    { id, crashes, signal }: { id: string; crashes: number; signal: AbortSignal },
  ) => {
    running.add(id)
    if (id === killer && crashes >= CRASHES_BEFORE_SOLO) company.push(running.size)
    if (id === killer || crashes < CRASHES_BEFORE_SOLO)
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
    running.delete(id)
  }
  const ids = await engine().enqueue(...Array.from({ length: 5 }, () => ({})), { queue: 'q' }, { queue: 'q' })
  killer = ids[2] as string
  const watched = await workers.start({ A }, { concurrency: 20 })
  for (let crash = 0; crash < CRASHES_BEFORE_SOLO; crash++) {
    await eventually(() => running.has(killer))
    await expire(watched)
    await eventually(() => watched.told('worker:lost').length === crash + 1)
    await eventually(() => watched.told('worker:rescued').length === crash + 1)
  }
  await eventually(() => company.length === 1)
  await expire(watched)
  await eventually(done, 15_000)
  expect(company).toEqual([1])
  const ended = await engine().query<{ id: string; state: string; name: string }>(
    `select id, state, error ->> 'name' as name from background.history order by id`,
  )
  expect(ended.map(job => job.id)).toEqual([...ids].sort(byNumber))
  expect(ended.filter(job => job.state === 'discarded')).toEqual([
    { id: killer, state: 'discarded', name: 'WorkerDied' },
  ])
})
