import { expect, test } from 'vitest'
import type { ClaimedJob } from '../../../background/engine/claimed-job.ts'
import { CRASHES_BEFORE_TRIAL } from '../../../background/engine/rescue.ts'
import { Emitter } from '../../../background/events.ts'
import { createRegistry } from '../../../background/registry.ts'
import type { AnyTask } from '../../../background/task.ts'
import { NO_HOST } from '../../../background/task-host.ts'
import { type Unit, unitOfJob, unitOfRun } from '../../../background/worker/backlog.ts'
import { Slots } from '../../../background/worker/slots.ts'
import { monotonic, nextTurn } from '../../../framework/clock.ts'
import { createLogger } from '../../../framework/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { gate } from '../../support/worker.ts'

/** No task of this file is transactional. */
const NONE = { run: async () => undefined }

const LOGGER = createLogger({ level: 'silent', format: 'json' })

let lastId = 0
function jobOf(more: Partial<ClaimedJob> = {}): ClaimedJob {
  const times = { runAt: 0, createdAt: 0, waited: 0 }
  const rest = {
    claim: '1',
    task: 'A',
    queue: undefined,
    flags: [],
    priority: 0,
    attempt: 1,
    maxAttempts: 25,
  }
  return { ...times, ...rest, id: String(++lastId), crashes: 0, payload: '{}', ...more }
}

function runOf(count: number, more: Partial<ClaimedJob> = {}): Unit {
  const jobs = Array.from({ length: count }, () => jobOf({ queue: 'q', ...more }))
  return unitOfRun({ claim: '1', queue: 'q', slot: 1, jobs })
}

/** Slots, and everything they say. */
function slotsFor(A: AnyTask, concurrency = 2) {
  const said = {
    ended: [] as string[],
    closed: [] as Unit[],
    givenBack: [] as Unit[],
    putOff: [] as Unit[],
    trials: [] as string[],
    rooms: 0,
  }
  let may = true
  const slots: Slots = new Slots({
    ...{ concurrency, registry: createRegistry({ A }), events: new Emitter(() => {}) },
    around: { logger: LOGGER, host: NO_HOST, layers: undefined, transactions: NONE },
    mayStart: () => may,
    onEnd(attempt, closes) {
      said.ended.push(attempt.job.id)
      if (closes) said.closed.push(closes)
    },
    onGiveBack: units => said.givenBack.push(...units),
    onPutOff: units => said.putOff.push(...units),
    onTrial: async job => {
      said.trials.push(job.id)
      return true
    },
    onRoom: () => void said.rooms++,
  })
  const forbid = () => {
    may = false
  }
  return { slots, said, forbid }
}

const idsOf = (units: readonly Unit[]) => units.flatMap(unit => unit.jobs.map(job => job.id))

test('tasks that end at once, by the thousand and in runs, end once each and in order', async () => {
  const { slots, said } = slotsFor(() => {})
  const units = [...Array.from({ length: 3_000 }, () => unitOfJob(jobOf())), runOf(64), runOf(64)]
  slots.offer(units)
  expect(said.ended).toEqual([])
  await nextTurn()
  expect(said.ended).toEqual(idsOf(units))
  expect(said.closed.length).toBe(3_002)
  expect(slots.idle).toBe(true)
})

test('a task that offers more work as it ends does not confuse them', () => {
  let rounds = 0
  const { slots, said } = slotsFor(() => {
    if (++rounds <= 500) slots.offer([unitOfJob(jobOf()), unitOfJob(jobOf())])
  }, 1)
  slots.offer([unitOfJob(jobOf())])
  expect(said.ended.length).toBe(1_001)
  expect(new Set(said.ended).size).toBe(1_001)
})

test('never more than there are places, and each place is taken again when it is free', async () => {
  const gates = Array.from({ length: 6 }, gate)
  let [running, most, next] = [0, 0, 0]
  const { slots, said } = slotsFor(async () => {
    most = Math.max(most, ++running)
    await gates[next++]?.opened
    running--
  }, 2)
  slots.offer(Array.from({ length: 6 }, () => unitOfJob(jobOf())))
  for (const [n, { open }] of gates.entries()) {
    open()
    await eventually(() => said.ended.length === n + 1)
  }
  expect(most).toBe(2)
})

test('closed ones give back what did not start, and the rest of a run after the job that runs', async () => {
  const { opened, open } = gate()
  const { slots, said } = slotsFor(() => opened, 1)
  const [run, job] = [runOf(3), unitOfJob(jobOf())]
  slots.offer([run, job])
  slots.close()
  expect(idsOf(said.givenBack)).toEqual(idsOf([job]))
  open()
  await slots.settled()
  expect(idsOf(said.givenBack)).toEqual([...idsOf([job]), ...idsOf([run]).slice(1)])
  expect(said.givenBack[1]?.run).toBe(run.run)
  expect(said.closed).toEqual([])
  slots.offer([unitOfJob(jobOf())])
  expect(said.givenBack.length).toBe(3)
})

test('what is forgotten goes no further, not even to the next job of its run', async () => {
  const { opened, open } = gate()
  const signals: AbortSignal[] = []
  const { slots, said } = slotsFor((_: object, { signal }: { signal: AbortSignal }) => {
    signals.push(signal)
    return opened
  }, 1)
  slots.offer([runOf(3), unitOfJob(jobOf())])
  slots.forget(new Error('lost'))
  expect(signals[0]?.aborted).toBe(true)
  expect(said.ended.length).toBe(1)
  expect(slots.idle).toBe(true)
  slots.offer([unitOfJob(jobOf())])
  await eventually(() => signals.length === 2)
  open()
  await slots.settled()
  expect([said.ended.length, signals.length]).toEqual([2, 2])
})

test('nothing starts as long as it may not', () => {
  const { slots, said, forbid } = slotsFor(() => {})
  forbid()
  slots.offer([unitOfJob(jobOf()), runOf(2)])
  expect(said.ended).toEqual([])
  expect(slots.idle).toBe(false)
})

test('suspects go on trial one after the other, and others run beside them', async () => {
  const { opened, open } = gate()
  const { slots, said } = slotsFor(() => opened, 3)
  const suspects = [0, 1, 2].map(() => unitOfJob(jobOf({ crashes: CRASHES_BEFORE_TRIAL })))
  const others = [0, 1].map(() => unitOfJob(jobOf()))
  slots.offer([...suspects, ...others])
  await eventually(() => slots.running.length === 3)
  expect(slots.running.filter(job => job.crashes > 0).length).toBe(1)
  expect(said.trials.length).toBe(1)
  expect(slots.room).toBe(0)
  open()
  await eventually(() => said.ended.length === 5)
  expect(said.trials).toEqual(idsOf(suspects))
})

test('a suspect that waits for too long is put off, other work is given back', async () => {
  const { opened, open } = gate()
  const { slots, said } = slotsFor(() => opened, 1)
  const suspects = [0, 1].map(() => unitOfJob(jobOf({ crashes: CRASHES_BEFORE_TRIAL })))
  const other = unitOfJob(jobOf())
  slots.offer([...suspects, other])
  slots.giveBackOlderThan(60_000)
  expect([...said.putOff, ...said.givenBack]).toEqual([])
  await eventually(() => {
    slots.giveBackOlderThan(1)
    return said.givenBack.length > 0
  })
  expect(said.putOff).toEqual([suspects[1]])
  expect(said.givenBack).toEqual([other])
  open()
  await eventually(() => said.ended.length === 1)
})

test('a suspect of a queue waits in its place, and for ten times as long, for whoever can try it', async () => {
  const { opened, open } = gate()
  const { slots, said } = slotsFor(() => opened, 2)
  const suspects = [unitOfJob(jobOf()), runOf(1)].map(unit => ({
    ...unit,
    jobs: unit.jobs.map(job => ({ ...job, crashes: CRASHES_BEFORE_TRIAL })),
  }))
  slots.offer(suspects)
  expect(slots.room).toBeGreaterThan(0)
  await eventually(() => monotonic() - (suspects[1]?.since as number) > 2)
  slots.giveBackOlderThan(60_000)
  expect([...said.putOff, ...said.givenBack]).toEqual([])
  await eventually(() => monotonic() - (suspects[1]?.since as number) > 11)
  slots.giveBackOlderThan(1)
  expect([said.putOff, said.givenBack]).toEqual([[], [suspects[1]]])
  open()
  await eventually(() => said.ended.length === 1)
})

test('a run is taken up to the first suspect, which has a run of its own', async () => {
  const { slots, said } = slotsFor(() => {}, 1)
  const run = runOf(4)
  const jobs = run.jobs.map((job, n) => (n === 2 ? { ...job, crashes: CRASHES_BEFORE_TRIAL } : job))
  slots.offer([{ ...run, jobs }])
  expect(said.ended).toEqual(idsOf([run]).slice(0, 2))
  expect(said.givenBack).toMatchObject([{ jobs: jobs.slice(2), run: undefined }])
  slots.offer([{ ...run, jobs: jobs.slice(2) }])
  await eventually(() => said.ended.length === 3)
  expect(said.givenBack.slice(1)).toMatchObject([{ jobs: jobs.slice(3), run: undefined }])
  expect(said.closed.length).toBe(2)
})

test('nothing is wanted while there is enough', () => {
  const { slots, forbid } = slotsFor(() => {}, 4)
  expect(slots.room).toBe(4)
  slots.offer([unitOfJob(jobOf())])
  expect(slots.room).toBeGreaterThan(4)
  forbid()
  slots.offer(Array.from({ length: 2_000 }, () => unitOfJob(jobOf())))
  expect(slots.room).toBe(0)
})
