import { expect, onTestFinished, test } from 'vitest'
import { rescue } from '../../../background/engine/rescue.ts'
import { ENGINE_SESSION } from '../../../background/engine/session.ts'
import { Emitter } from '../../../background/events.ts'
import { createRegistry } from '../../../background/registry.ts'
import { Reporter } from '../../../background/worker/reporter.ts'
import { Connection } from '../../../framework/connection.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { wireTo } from '../../support/worker-wire.ts'

const engine = useEngine()
const TASK = createRegistry({ A: () => {} }).get('A')

/** A reporter on a wire of its own that has one job to report, and what it tells of it. */
async function reporterOfOne() {
  const worker = await engine().worker()
  const [id] = await engine().enqueue({})
  const [job] = await engine().claim(worker)
  if (!job) throw new Error('nothing was claimed')
  const wire = await wireTo(engine().url)
  const told: string[] = []
  const events = new Emitter(() => {})
  events.on('job:completed', () => told.push('completed'))
  events.on('job:stale', () => told.push('stale'))
  const connection = new Connection({ url: wire.url, settings: ENGINE_SESSION, name: 'reports' })
  await connection.open()
  const nobody = { onReported: () => {}, onAgain: () => {} }
  const reporter = new Reporter({ connection, events, keep: 60, ...nobody })
  reporter.become(worker)
  await reporter.start()
  onTestFinished(async () => {
    await reporter.stop()
    await connection.close()
  })
  reporter.opened(job.claim, 1)
  const complete = () => {
    const outcome = { kind: 'completed', result: undefined } as const
    reporter.ended({ job, task: TASK, outcome, ms: 1, log: undefined }, undefined)
  }
  return { worker, id, wire, told, reporter, complete }
}

const states = () => engine().column('select state from background.history')

/** The lease of `worker` runs out, and another one gets its job and completes it. */
async function takeAway(worker: string): Promise<void> {
  await engine().expire(worker)
  await rescue(engine().db, 60)
  const other = await engine().worker()
  const jobs = await engine().claim(other)
  await engine().complete(other, jobs, {}, closingOf(...jobs))
}

test('what is missing from the answer to a repeated report was done the first time', async () => {
  const { wire, told, reporter, complete } = await reporterOfOne()
  wire.mute()
  complete()
  await eventually(async () => (await states()).length === 1)
  wire.cut()
  await reporter.settled()
  expect(told).toEqual(['completed'])
})

test('unless the lease had run out by then, also when nobody here has noticed: others may have done it', async () => {
  const { worker, wire, told, reporter, complete } = await reporterOfOne()
  wire.freeze()
  complete()
  await takeAway(worker)
  expect(told).toEqual([])
  wire.cut()
  await reporter.settled()
  expect(told).toEqual(['stale'])
  expect(await states()).toEqual(['completed'])
})

test('and when it was noticed while the answer was on its way', async () => {
  const { worker, wire, told, reporter, complete } = await reporterOfOne()
  wire.freeze()
  complete()
  await takeAway(worker)
  const blocker = engine().connect()
  await blocker.run({ name: '', text: 'begin' }, [])
  await blocker.run({ name: '', text: 'lock table background.claim' }, [])
  wire.cut()
  await eventually(() => engine().waiters('reports'))
  reporter.forget()
  reporter.become(await engine().worker())
  await blocker.run({ name: '', text: 'commit' }, [])
  await eventually(() => told.length > 0)
  expect(told).toEqual(['stale'])
})
