import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { stampName } from '../../background/identity.ts'
import { Background, background, type JobRequest, type Middleware, run } from '../../background/index.ts'
import { type Layers, layersOfRun, layersOfSchedule, through } from '../../background/middleware.ts'
import type { AnyTask } from '../../background/task.ts'
import { task } from '../../background/task.ts'
import { createApp } from '../../framework/app.ts'
import { transaction } from '../../framework/index.ts'
import { createLogger } from '../../framework/logger.ts'
import { appOf } from '../support/app-files.ts'
import { useEngine } from '../support/engine.ts'

const engine = useEngine()
// stopped before the engine empties its tables, for which it would have to wait
const ending: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(ending.splice(0).map(end => end())))
const logger = createLogger({ level: 'silent' })
const coded = (code: string) => expect.objectContaining({ code })

async function runner(tasks: Record<string, AnyTask>, ...middleware: Middleware[]) {
  const started = await run({ url: engine().url, tasks, logger, middleware })
  ending.push(() => started.stop(0))
  return started
}

test('what has no function is no layer, and no layers are nothing', () => {
  expect(layersOfRun([])).toBeUndefined()
  expect(layersOfRun([{ schedule: () => {} }])).toBeUndefined()
  expect(layersOfSchedule([{ run: () => {} }])).toBeUndefined()
})

test('layers are entered from the outside and left from the inside, around the work', async () => {
  const steps: string[] = []
  const layer =
    (name: string): Layers<string>[number] =>
    async (subject, next) => {
      steps.push(`${name} ${subject}`)
      await next(`${subject}${name}`)
      steps.push(`${name} out`)
    }
  const value = await through([layer('a'), layer('b')], '', subject => {
    steps.push(`work ${subject}`)
    return 5
  })
  expect(value).toBe(5)
  expect(steps).toEqual(['a ', 'b a', 'work ab', 'b out', 'a out'])
})

test.each<[string, Layers<string>[number], string]>([
  ['does not call next', () => {}, 'did not call next'],
  [
    'calls next twice',
    async (_, next) => {
      await next()
      await next()
    },
    'called next twice',
  ],
])('one that %s is told so', async (_, layer, message) => {
  const refused = through([layer], '', () => 1)
  await expect(refused).rejects.toMatchObject({
    code: 'MIDDLEWARE_NEXT',
    message: expect.stringContaining(message),
  })
})

test('the work is waited for also where a layer does not, and its error stands also where a layer catches it', async () => {
  const hasty: Layers<string>[number] = (_, next) => void next()
  expect(await through([hasty], '', async () => 7)).toBe(7)
  const swallowing: Layers<string>[number] = (_, next) => next().catch(() => {})
  const failing = async () => {
    throw new Error('of the work')
  }
  await expect(through([hasty], '', failing)).rejects.toThrow('of the work')
  await expect(through([swallowing], '', failing)).rejects.toThrow('of the work')
})

test('around an attempt: it has the context, and what it sets up is there in the task', async () => {
  const tenants = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const tenant: Middleware = { run: (context, next) => tenants.run(`tenant of ${context.task}`, next) }
  const timing: Middleware = {
    async run({ id }, next) {
      const result = await next()
      seen.push([id, result])
      return 'nobody cares'
    },
  }
  const Work = async () => tenants.getStore()
  const started = await runner({ Work }, tenant, timing)
  const job = await started.schedule({ task: Work })
  expect(await job.wait({ timeout: '10s' })).toMatchObject({ result: 'tenant of Work' })
  expect(seen).toEqual([[job.id, 'tenant of Work']])
})

test('an attempt fails with what a middleware throws, and with what the task throws', async () => {
  const strict: Middleware = {
    async run({ task }, next) {
      if (task === 'Forbidden') throw new Error('not today')
      await next()
    },
  }
  const Forbidden = () => {}
  const Bad = () => {
    throw new Error('bad')
  }
  const Lazy = () => {}
  const lazy: Middleware = { run: ({ task }, next) => (task === 'Lazy' ? undefined : next()) }
  const started = await runner({ Forbidden, Bad, Lazy }, strict, lazy)
  const messages = [Forbidden, Bad, Lazy].map(async one => {
    const job = await started.schedule({ task: one, maxAttempts: 1 })
    return (await job.wait({ timeout: '10s' })).error?.message
  })
  expect(await Promise.all(messages)).toEqual(['not today', 'bad', 'a middleware did not call next'])
})

test('around scheduling: payload and options are changed before they are checked', async () => {
  const Greet = task({
    payload: z.object({ name: z.string(), tenant: z.string() }),
    run: ({ tenant }) => tenant,
  })
  const stamp: Middleware = {
    schedule(job, next) {
      const payload = { ...(job.payload as object), tenant: 'acme' }
      return next({ ...job, payload, tags: ['tenant:acme'], queue: 'acme' })
    },
  }
  const started = await runner({ Greet }, stamp)
  const job = await started.schedule({ task: Greet, payload: { name: 'ann' } as never })
  expect(await job.wait({ timeout: '10s' })).toMatchObject({ result: 'acme' })
  expect(await started.jobs.get(job.id)).toMatchObject({ queue: 'acme', tags: ['tenant:acme'] })
  const wrong = started.schedule({ task: Greet, payload: {} as never })
  await expect(wrong).rejects.toEqual(coded('INVALID_PAYLOAD'))
})

test('what it sees, and that the job is there when next resolves', async () => {
  const seen: unknown[] = []
  const watching: Middleware = {
    async schedule(job, next) {
      const before = await engine().value('select count(*)::int from background.job')
      await next()
      seen.push(job, before, await engine().value('select count(*)::int from background.job'))
    },
  }
  const started = await runner({ Other: () => {} }, watching)
  const { id } = await started.schedule({ task: 'Work', payload: { n: 1 }, priority: 3 })
  expect(seen).toEqual([{ task: 'Work', payload: { n: 1 }, priority: 3 }, 0, 1])
  expect(typeof id).toBe('string')
})

test('nothing is scheduled when it throws, does not call next, or changes the task', async () => {
  const moods: Record<string, Middleware['schedule']> = {
    throwing: () => {
      throw new Error('no')
    },
    lazy: () => {},
    confused: (job, next) => next({ ...job, task: 'Other' }),
  }
  const moody: Middleware = {
    schedule: (job, next) => moods[job.task]?.(job, next) ?? (moods[job.task] ? undefined : next()),
  }
  const started = await runner({ A: () => {} }, moody)
  await expect(started.schedule({ task: 'throwing' })).rejects.toThrow('no')
  await expect(started.schedule({ task: 'lazy' })).rejects.toEqual(coded('MIDDLEWARE_NEXT'))
  await expect(started.schedule({ task: 'confused' })).rejects.toEqual(coded('INVALID_OPTION'))
  expect(await engine().value('select count(*)::int from background.job')).toBe(0)
})

test('each of many is wrapped, and they are written together or not at all', async () => {
  const requests: JobRequest[] = []
  const numbering: Middleware = {
    async schedule(job, next) {
      requests.push(job)
      if ((job.payload as { n: number }).n === 13) throw new Error('unlucky')
      await next({ ...job, payload: { n: (job.payload as { n: number }).n * 10 } })
    },
  }
  const started = await runner({ Other: () => {} }, numbering)
  const handles = await started.scheduleMany('Work', [
    { payload: { n: 1 } },
    { payload: { n: 2 }, priority: 5 },
  ])
  expect(requests.map(({ task, priority }) => [task, priority])).toEqual([
    ['Work', undefined],
    ['Work', 5],
  ])
  const payloads = await engine().query('select id, payload from background.job order by id')
  expect(payloads).toEqual(handles.map(({ id }, n) => ({ id, payload: { n: (n + 1) * 10 } })))
  const unlucky = started.scheduleMany('Work', [{ payload: { n: 3 } }, { payload: { n: 13 } }])
  await expect(unlucky).rejects.toThrow('unlucky')
  expect(await started.scheduleMany('Work', [])).toEqual([])
  expect(await engine().value('select count(*)::int from background.job')).toBe(2)
})

test('an app has it from its code and from its configuration, inside transactions too', async () => {
  const order: string[] = []
  const named = (name: string): Middleware => ({
    async schedule(_, next) {
      order.push(name)
      await next()
    },
    async run(_, next) {
      order.push(`run ${name}`)
      await next()
    },
  })
  const { root } = await appOf({ 'tasks/Work.ts': 'export default () => {}' })
  const plugin = background({ middleware: [named('code')] })
  const config = {
    database: engine().url,
    background: { worker: true, middleware: [named('config')] },
  }
  const app = createApp({ root, plugins: [plugin], config, logger })
  await app.start()
  ending.push(() => app.stop())
  const Work = () => {}
  stampName(Work, 'Work')
  const job = await transaction(() => Background.schedule({ task: Work }))
  await job.wait({ timeout: '10s' })
  expect(order).toEqual(['code', 'config', 'run code', 'run config'])
})
