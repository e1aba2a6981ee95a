import { afterEach, expect, onTestFinished, test } from 'vitest'
import { Emitter, EVENT_NAMES, type Events } from '../../background/events.ts'
import { type Runner, run, snooze } from '../../background/index.ts'
import type { AnyTask } from '../../background/task.ts'
import { createLogger } from '../../framework/logger.ts'
import { emptyDatabase } from '../support/database.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { gate } from '../support/worker.ts'

const engine = useEngine()
// stopped before the engine empties its tables, for which it would have to wait
const ending: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(ending.splice(0).map(end => end())))
const logger = createLogger({ level: 'silent' })

/** A runner, and the names of all events so far. */
async function watched(
  tasks: Record<string, AnyTask>,
  more: object = {},
): Promise<{ runner: Runner; names: (keyof Events)[] }> {
  const names: (keyof Events)[] = []
  const events = Object.fromEntries(EVENT_NAMES.map(name => [name, () => void names.push(name)]))
  const runner = await run({ url: engine().url, tasks, logger, events, ...more })
  ending.push(() => runner.stop(0))
  return { runner, names }
}

test('an emitter tells whoever listens, until they stop, and survives those who throw', () => {
  const errors: unknown[] = []
  const emitter = new Emitter(error => errors.push(error))
  const heard: string[] = []
  expect(emitter.hears('worker:rung')).toBe(false)
  const off = emitter.on('worker:rung', ({ what }) => void heard.push(what))
  emitter.on('worker:rung', () => {
    throw new Error('mine')
  })
  emitter.emit('worker:rung', { what: 'free' })
  off()
  emitter.emit('worker:rung', { what: 'queued' })
  expect(heard).toEqual(['free'])
  expect(errors.length).toBe(2)
  expect(emitter.hears('worker:rung')).toBe(true)
})

test('a worker tells its life from the first to the last', async () => {
  const { runner, names } = await watched({ A: () => {} })
  await eventually(() => names.includes('worker:listening'))
  const job = await runner.schedule({ task: 'A' })
  await job.wait({ timeout: '10s' })
  await runner.stop()
  const steps = ['worker:starting', 'worker:ready', 'worker:stopping', 'worker:stopped']
  expect(names.filter(name => steps.includes(name))).toEqual(steps)
  expect(names).toContain('worker:rung')
  expect(names).toEqual(expect.arrayContaining(['claim:empty', 'claim:made']))
  const ofJob = names.filter(name => /^(job:|report:)/.test(name))
  expect(ofJob).toEqual(['job:started', 'report:sent', 'job:completed'])
})

test('when an outcome is told, the database has it already', async () => {
  const tasks = {
    Good: () => 'fine',
    Bad: () => {
      throw new Error('bad')
    },
    Slow: () => snooze('1h'),
  }
  const { runner } = await watched(tasks)
  const told: Record<string, Promise<unknown>> = {}
  const look = (name: string, table: string) => (event: { job: { id: string } }) => {
    told[name] = engine().value(`select state from background.${table} where id = $1`, [event.job.id])
  }
  runner.events.on('job:completed', look('completed', 'history'))
  runner.events.on('job:discarded', look('discarded', 'history'))
  runner.events.on('job:failed', look('failed', 'jobs'))
  runner.events.on('job:snoozed', look('snoozed', 'jobs'))
  await engine().enqueue({ task: 'Good' }, { task: 'Bad' }, { task: 'Bad', maxAttempts: 1 }, { task: 'Slow' })
  await eventually(() => Object.keys(told).length === 4)
  expect({
    completed: await told.completed,
    discarded: await told.discarded,
    failed: await told.failed,
    snoozed: await told.snoozed,
  }).toEqual({ completed: 'completed', discarded: 'discarded', failed: 'retryable', snoozed: 'scheduled' })
})

test('being hurried is told, and what is given back', async () => {
  const begun = gate()
  const A = () => {
    begun.open()
    return new Promise(() => {})
  }
  const { runner, names } = await watched({ A })
  await engine().enqueue({})
  await begun.opened
  const stopping = runner.stop('1h')
  await runner.stop(0)
  await stopping
  expect(names).toContain('worker:hurried')
  expect(names.indexOf('job:released')).toBeGreaterThan(names.indexOf('worker:hurried'))
})

test('migrations are told before the worker starts', async () => {
  const empty = await emptyDatabase()
  onTestFinished(() => empty.drop())
  const { runner, names } = await watched({ A: () => {} }, { url: empty.url })
  expect(names.slice(0, 2)).toEqual(['schema:migrated', 'worker:starting'])
  await runner.stop()
})

test('a listener for something that never happens is a mistake', async () => {
  const options = { url: engine().url, tasks: { A: () => {} }, events: { 'job:done': () => {} } }
  await expect(run(options as never)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
})
