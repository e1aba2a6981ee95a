import { expect, onTestFinished, test } from 'vitest'
import { Client } from '../../../background/client/client.ts'
import type { ClaimedJob } from '../../../background/engine/claimed-job.ts'
import { find } from '../../../background/engine/find.ts'
import { Emitter } from '../../../background/events.ts'
import { CancelJob } from '../../../background/outcome.ts'
import { createRegistry } from '../../../background/registry.ts'
import { task } from '../../../background/task.ts'
import { NO_HOST } from '../../../background/task-host.ts'
import { unitOfJob } from '../../../background/worker/backlog.ts'
import type { Attempt } from '../../../background/worker/executor.ts'
import { Slots } from '../../../background/worker/slots.ts'
import { createLogger } from '../../../framework/logger.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { gate, useWorkers } from '../../support/worker.ts'

/** No task of this file is transactional. */
const NONE = { run: async () => undefined }

const engine = useEngine()
const workers = useWorkers(engine)

function client(): Client {
  const made = new Client({ url: engine().url, payloadLimit: 1_000 })
  onTestFinished(() => made.close())
  return made
}

/** A task that runs until its signal aborts, or for ever. */
function patient() {
  const started = gate()
  const reasons: unknown[] = []
  const run = async (_: unknown, { signal }: { signal: AbortSignal }) => {
    started.open()
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason)
        reject(new Error('stopped'))
      })
    })
  }
  return { run, started: started.opened, reasons }
}

const ended = (id: string, state: string) =>
  eventually(async () => {
    const job = await find(engine().db, id)
    return job?.state === state && job
  })

test.each([
  ['by a notification', true],
  ['by the next heartbeat', false],
])('a running job hears %s that it is cancelled, its signal aborts, and it ends so', async (_, listen) => {
  const long = patient()
  const { told } = await workers.start({ A: long.run }, { listen })
  const [id] = (await engine().enqueue({})) as [string]
  await long.started
  const { jobs } = client()
  expect(await jobs.cancel(id, { reason: 'the user left' })).toEqual({ done: [], refused: [], told: [id] })
  const job = await ended(id, 'cancelled')
  expect(job).toMatchObject({ attempt: 1, error: { name: 'CancelJob', message: 'the user left' } })
  expect(long.reasons).toEqual([expect.any(CancelJob)])
  await eventually(() => told('job:cancelled').length > 0)
  expect(told('job:cancelled')).toMatchObject([{ job: { id }, reason: 'the user left' }])
  await eventually(
    async () => (await engine().value('select count(*)::int from background.cancellation')) === 0,
  )
})

test('a task that does not listen is left alone, and its job ends all the same', async () => {
  const started = gate()
  await workers.start({
    A: () => {
      started.open()
      return new Promise(() => {})
    },
  })
  const [id] = (await engine().enqueue({})) as [string]
  await started.opened
  await client().jobs.cancel(id)
  await ended(id, 'cancelled')
})

test('a task that returns has done its work', async () => {
  const started = gate()
  const run = async (_: unknown, { signal }: { signal: AbortSignal }) => {
    started.open()
    await new Promise(resolve => signal.addEventListener('abort', resolve))
    return 'done'
  }
  await workers.start({ A: run })
  const [id] = (await engine().enqueue({})) as [string]
  await started.opened
  await client().jobs.cancel(id)
  expect(await ended(id, 'completed')).toMatchObject({ result: '"done"' })
})

test('a job whose worker stops before it hears of it is cancelled by the next one', async () => {
  const long = patient()
  const deaf = task({ run: long.run })
  const { worker } = await workers.start({ A: deaf }, { listen: false })
  const [id] = (await engine().enqueue({})) as [string]
  await long.started
  await client().jobs.cancel(id)
  await worker.stop(0)
  await workers.start({ B: () => {} })
  await ended(id, 'cancelled')
})

test('only the job that is meant', async () => {
  const [one, two] = [patient(), patient()]
  await workers.start({ A: one.run, B: two.run })
  const [a, b] = (await engine().enqueue({}, { task: 'B' })) as [string, string]
  await Promise.all([one.started, two.started])
  await client().jobs.cancel(a)
  await ended(a, 'cancelled')
  expect(two.reasons).toEqual([])
  expect(await find(engine().db, b)).toMatchObject({ state: 'running', cancelling: false })
})

test('a job that is claimed and waits for a place does not start, and the others do', () => {
  const { slots, ran, ended } = onePlace()
  slots.offer([unitOfJob(claimed('1')), unitOfJob(claimed('2')), unitOfJob(claimed('3'))])
  slots.cancel([{ id: '2', reason: 'no longer wanted' }])
  slots.forsake({ kind: 'released' })
  expect(ended.map(({ job, outcome }) => [job.id, outcome.kind])).toEqual([
    ['1', 'released'],
    ['2', 'cancelled'],
  ])
  expect(ran).toEqual(['1', '3'])
})

test('the same job claimed anew is another matter', () => {
  const { slots, ran } = onePlace()
  slots.cancel([{ id: '1', reason: 'x' }])
  slots.offer([unitOfJob(claimed('1'))])
  expect(ran).toEqual(['1'])
})

function claimed(id: string): ClaimedJob {
  const times = { runAt: 0, createdAt: 0, waited: 0 }
  const rest = {
    claim: '1',
    task: 'A',
    queue: undefined,
    flags: [],
    priority: 0,
    attempt: 1,
    maxAttempts: 25,
    crashes: 0,
  }
  return { ...times, ...rest, id, payload: '{}' }
}

/** Slots in which one job at a time can run, and none ends by itself. */
function onePlace() {
  const ran: string[] = []
  const ended: Attempt[] = []
  const endless = (_: unknown, { id }: { id: string }) => {
    ran.push(id)
    return new Promise(() => {})
  }
  const slots = new Slots({
    ...{ concurrency: 1, registry: createRegistry({ A: endless }), events: new Emitter(() => {}) },
    around: {
      logger: createLogger({ level: 'silent' }),
      host: NO_HOST,
      layers: undefined,
      transactions: NONE,
    },
    mayStart: () => true,
    onEnd: attempt => void ended.push(attempt),
    onGiveBack: () => {},
    onPutOff: () => {},
    onTrial: async () => true,
    onRoom: () => {},
  })
  return { slots, ran, ended }
}
