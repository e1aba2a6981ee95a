import { expect, test } from 'vitest'
import { CRASHES_BEFORE_TRIAL } from '../../../background/engine/rescue.ts'
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
  await eventually(() => watched.told('job:completed').length > 0 && watched.told('job:stale').length > 0)
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

test('a job that brings down its worker again and again goes on trial in the end, and is discarded', async () => {
  const onTrial = new Set<string>()
  const company: number[] = []
  let killer = ''
  const A = async (
    _: object,
    { id, crashes, signal }: { id: string; crashes: number; signal: AbortSignal },
  ) => {
    if (crashes < CRASHES_BEFORE_TRIAL) return untilAborted(signal)
    onTrial.add(id)
    company.push(onTrial.size)
    if (id === killer) await untilAborted(signal)
    onTrial.delete(id)
  }
  const ids = await engine().enqueue(...Array.from({ length: 6 }, () => ({})))
  killer = ids[2] as string
  const watched = await workers.start({ A })
  for (let crash = 1; crash <= CRASHES_BEFORE_TRIAL; crash++) {
    await eventually(() => watched.told('job:started').length === 6 * crash)
    await expire(watched)
    await eventually(() => watched.told('worker:rescued').length === crash)
  }
  await eventually(() => onTrial.has(killer))
  const beside = await engine().enqueue({})
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => watched.told('job:started').some(({ job }) => job.id === beside[0]))
  await expire(watched)
  await eventually(() => watched.told('worker:rescued').length === 4)
  expect(Math.max(...company)).toBe(1)
  expect(watched.told('worker:rescued')[3]?.discarded).toBe(1)
  expect(watched.told('job:discarded')).toMatchObject([
    { job: { id: killer, task: 'A' }, reason: expect.stringContaining('workers died') },
  ])
  expect(
    await engine().query(
      `select id, error ->> 'name' as name from background.history where state = 'discarded'`,
    ),
  ).toEqual([{ id: killer, name: 'WorkerDied' }])
  // the other suspects were put off by turns
  await eventually(async () => {
    await engine().letDue()
    return (await completed()).length === 5
  })
  expect((await completed()).sort(byNumber)).toEqual(ids.filter(id => id !== killer))
})

const completed = () =>
  engine().column(`select id from background.history where state = 'completed'`) as Promise<string[]>

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve()))
}

test('a suspect that runs for long holds up neither other jobs nor other suspects for ever', async () => {
  const { A, runs } = held()
  const ids = await engine().enqueue({}, {}, {})
  await engine().query('update background.job set crashes = $1', [CRASHES_BEFORE_TRIAL])
  const { told } = await workers.start({ A, B: () => {} })
  await eventually(() => runs.length === 1)
  await engine().enqueue({ task: 'B' })
  await engine().query(`select pg_notify('background', '')`)
  await eventually(() => told('job:completed').length === 1)
  expect(await engine().value('select count(*)::int from background.deferred')).toBe(2)
  for (let n = 0; n < 3; n++) {
    await engine().letDue()
    await engine().query(`select pg_notify('background', '')`)
    await eventually(() => runs.length === n + 1)
    runs[n]?.go.open()
    await eventually(() => told('job:completed').length === n + 2)
  }
  expect(runs.map(run => run.id).sort(byNumber)).toEqual(ids)
})

test('a suspect keeps its place in its queue while another one is on trial', async () => {
  const { A, runs } = held()
  const [first] = await engine().enqueue({})
  await suspect(first)
  await workers.start({ A })
  await eventually(() => runs.length === 1)
  const [head, next] = await engine().enqueue({ queue: 'q' }, { queue: 'q' })
  const [free] = await engine().enqueue({})
  await suspect(head, free)
  await engine().query(`select pg_notify('background', '')`)
  // by then the one of the queue has waited for its trial for as long
  await eventually(async () => (await engine().column('select id from background.deferred')).includes(free))
  expect(await engine().column('select id from background.deferred')).toEqual([free])
  // the free one has its trial when its turn comes, which is beside one of the others on a slow machine
  for (let n = 0; n < 4; n++) {
    await eventually(() => runs.length > n)
    runs[n]?.go.open()
  }
  expect(runs.map(({ id }) => id).filter(id => id !== free)).toEqual([first, head, next])
})

/** Several workers had them when they died. */
const suspect = (...ids: (string | undefined)[]) =>
  engine().query('update background.job set crashes = $1 where id = any ($2::bigint[])', [
    CRASHES_BEFORE_TRIAL,
    ids,
  ])
