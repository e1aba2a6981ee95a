import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Client } from '../../../background/operator.ts'
import { createRegistry } from '../../../background/registry.ts'
import { secretsOf } from '../../../background/secrets.ts'
import { task } from '../../../background/task.ts'
import { readActivity } from '../../../dashboard/readings/activity.ts'
import type { Asked } from '../../../dashboard/readings/asked.ts'
import { readCrons } from '../../../dashboard/readings/crons.ts'
import { readErrors } from '../../../dashboard/readings/errors.ts'
import { readJob } from '../../../dashboard/readings/job.ts'
import { readJobs } from '../../../dashboard/readings/jobs.ts'
import { readOverview } from '../../../dashboard/readings/overview.ts'
import { readQueue, readQueues } from '../../../dashboard/readings/queues.ts'
import { readTask, readTasks } from '../../../dashboard/readings/tasks.ts'
import { readWorkers } from '../../../dashboard/readings/workers.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'
import { useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const clients = useClients(engine)
const workers = useWorkers(engine)
const SendEmail = task({
  payload: z.object({ to: z.string(), token: z.string().meta({ secret: true }).optional() }),
  run: ({ to }) => {
    if (to === 'nobody') throw new TypeError(`no address 4711 for "${to}"`)
  },
  maxAttempts: 1,
})
const registry = createRegistry({ SendEmail })

function ask(client: Client, query = '', params: Record<string, string> = {}): Asked {
  return {
    ...{ client, params, query: new URLSearchParams(query), secrets: secretsOf([], registry) },
    latencyTarget: 60_000,
    viewer: { role: 'write', actor: 'ann', may: () => true },
  }
}

test('jobs show neither more of a payload than a list needs nor any secret', async () => {
  const client = clients.open({ registry })
  const payload = { to: 'x'.repeat(5_000), token: 'hush' }
  const { id } = await client.schedule({ task: SendEmail, payload, queue: 'email' })
  await client.schedule({ task: SendEmail, payload: { token: 'hush', to: 'a' } })
  const { jobs, counts } = await readJobs(ask(client))
  expect(jobs.map(job => [job.cut, job.preview.length])).toEqual([
    [false, 29],
    [true, 2_000],
  ])
  expect(counts.available).toEqual({ count: 2, capped: false })
  expect(jobs[0]?.preview).toBe('{"token":"[secret]","to":"a"}')
  const { job, reasons, timeline } = await readJob(ask(client, '', { id }))
  expect(job.payload).toContain('"token":"[secret]"')
  expect(reasons[0]?.code).toBe('no-worker')
  expect(timeline.map(({ state, when }) => `${state} ${when}`)).toEqual([
    ...['available now', 'running ahead', 'completed ahead'],
  ])
})

test('what workers have done is in charts, errors, tasks and queues', async () => {
  const client = clients.open({ registry })
  await client.schedule({ task: SendEmail, payload: { to: 'ann' }, queue: 'email' })
  await client.schedule({ task: SendEmail, payload: { to: 'nobody' } })
  await client.queues.pause('sms', { reason: 'for a test' })
  await client.crons.add({
    task: 'SendEmail',
    expression: '0 8 * * *',
    payload: { to: 'ann', token: 'hush' },
  })
  const { worker } = await workers.start({ SendEmail })
  await worker.untilEmpty()
  const { workers: seen } = await readWorkers(ask(client))
  expect(seen.map(one => one.jobs)).toEqual([[]])
  await workers.stop()

  const { series, problems, workers: left } = await readOverview(ask(client, 'range=15m'))
  expect(series).toHaveLength(15)
  expect(series.at(-1)).toMatchObject({ completed: 1, failed: 0, ended: 1, p50: expect.any(Number) })
  expect(left).toEqual([])
  expect(problems.map(({ about }) => about)).toContain('workers')
  const { groups } = await readErrors(ask(client))
  expect(groups).toMatchObject([{ name: 'TypeError', message: 'no address … for …', count: 1, retryable: 0 }])
  const found = await readJobs(ask(client, `q=${encodeURIComponent(groups[0]?.query ?? '')}`))
  expect(found.jobs.map(({ id }) => id)).toEqual(groups[0]?.jobs)
  expect((await readTask(ask(client, '', { name: 'SendEmail' }))).task.last).toMatchObject({
    completed: 1,
    discarded: 1,
  })
  expect((await readTasks(ask(client))).tasks.map(({ name }) => name)).toEqual(['SendEmail'])
  expect((await readQueues(ask(client))).queues.map(({ name }) => name)).toContain('sms')
  expect((await readQueue(ask(client, '', { name: 'email' }))).jobs).toHaveLength(1)
  expect((await readCrons(ask(client))).crons).toMatchObject([{ payload: '{"to":"ann","token":"[secret]"}' }])
})

test('a query that means nothing is told; one that would give secrets away is refused', async () => {
  const client = clients.open({ registry })
  expect((await readJobs(ask(client, 'q=colour:blue'))).mistake?.code).toBe('INVALID_QUERY')
  for (const path of ['token', 'token.length'])
    await expect(readJobs(ask(client, `q=payload.${path}:h*`))).rejects.toThrow(/secret/)
})

test('whatever somebody does is known before it is done, and what came of it', async () => {
  const client = clients.open({ registry })
  const deed = { actor: 'ann', action: 'job.retry', target: '7' }
  await client.activities.record(deed, async () => {
    expect((await readActivity(ask(client))).activities).toMatchObject([{ ...deed, outcome: undefined }])
  })
  const failing = client.activities.record({ ...deed, actor: 'bob' }, () => client.jobs.retry('7'))
  await expect(failing).rejects.toThrow('there is no job 7')
  const { activities } = await readActivity(ask(client))
  expect(activities).toMatchObject([
    { actor: 'bob', outcome: 'failed', answer: { code: 'JOB_NOT_FOUND' } },
    { actor: 'ann', outcome: 'done' },
  ])
  expect((await readActivity(ask(client, 'actor=bob'))).activities).toHaveLength(1)
})
