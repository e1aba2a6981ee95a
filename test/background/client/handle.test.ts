import { expect, onTestFinished, test } from 'vitest'
import { WaitingRoom } from '../../../background/client/waiting-room.ts'
import { DONE_CHANNEL } from '../../../background/engine/ring.ts'
import { cancel } from '../../../background/outcome.ts'
import { monotonic, sleep } from '../../../framework/clock.ts'
import { Connection } from '../../../framework/connection.ts'
import { useClients } from '../../support/client.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { gate, useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const clients = useClients(engine)
const workers = useWorkers(engine)

test('whoever waits for a job gets what its task returned', async () => {
  await workers.start({ Add: ({ a, b }: { a: number; b: number }) => ({ sum: a + b }) })
  const client = clients.open()
  const job = await client.schedule({ task: 'Add', payload: { a: 1, b: 2 } })
  expect(await job.wait()).toEqual({
    id: job.id,
    state: 'completed',
    attempt: 1,
    ms: expect.any(Number),
    waited: expect.any(Number),
    result: { sum: 3 },
    error: undefined,
  })
  expect((await client.handle(job.id).wait()).result).toEqual({ sum: 3 })
})

test('or how it ended otherwise', async () => {
  const Bad = () => {
    throw new TypeError('no')
  }
  await workers.start({ Bad, Stop: () => cancel('not wanted'), Nothing: () => {} })
  const client = clients.open()
  const bad = await client.schedule({ task: 'Bad', maxAttempts: 1 })
  expect(await bad.wait()).toMatchObject({ state: 'discarded', error: { name: 'TypeError', message: 'no' } })
  const stopped = await client.schedule({ task: 'Stop' })
  expect(await stopped.wait()).toMatchObject({ state: 'cancelled', error: { message: 'not wanted' } })
  const nothing = await client.schedule({ task: 'Nothing' })
  expect(await nothing.wait()).toMatchObject({ state: 'completed', result: undefined })
})

test('it says how long the job had been due, and how long it ran', async () => {
  const client = clients.open()
  const job = await client.schedule({ task: 'Slow', runAt: new Date(Date.now() - 60_000) })
  await workers.start({ Slow: () => sleep(50) })
  const { ms, waited } = await job.wait()
  expect(ms).toBeGreaterThanOrEqual(49)
  expect(waited).toBeGreaterThanOrEqual(59_000)
  expect(waited).toBeLessThan(120_000)
})

test('the end of a job is told to whoever waits, and nothing is told when nobody does', async () => {
  const ear = new Connection({
    ...{ url: engine().url, name: 'ear', listen: DONE_CHANNEL },
    onNotification: () => void heard++,
  })
  let heard = 0
  onTestFinished(() => ear.close())
  await ear.open()
  const { opened, open } = gate()
  const { worker, told } = await workers.start({ Hold: () => opened, Fast: () => {} })
  const client = clients.open()
  const fast = async () => {
    await client.schedule({ task: 'Fast' })
    const before = told('job:completed').length
    await eventually(() => told('job:completed').length > before)
  }
  await fast()
  await ear.run({ name: '', text: 'select 1' }, [])
  expect(heard).toBe(0)
  const rung: string[] = []
  worker.events.on('worker:rung', ({ what }) => rung.push(what))
  const ended = (await client.schedule({ task: 'Hold' })).wait()
  await eventually(() => rung.includes('waits'))
  await eventually(() => heard > 0)
  const before = heard
  open()
  expect(await ended).toMatchObject({ state: 'completed' })
  await eventually(() => heard > before)
})

test('whoever listens looks seldom, and hears of the end at once', async () => {
  const client = clients.open()
  const room = new WaitingRoom(client.administration.db, engine().url)
  onTestFinished(() => room.close())
  const { worker } = await workers.start({ A: () => {} })
  const rung: string[] = []
  worker.events.on('worker:rung', ({ what }) => rung.push(what))
  const rested = room.rest(60_000, monotonic() - 1_000)
  await eventually(() => rung.includes('waits'))
  await rested
  expect(room.isListening).toBe(true)
})

test('nobody waits for ever when told not to', async () => {
  const client = clients.open()
  const due = await client.schedule({ task: 'A' })
  await expect(due.wait({ timeout: 30 })).rejects.toMatchObject({
    code: 'WAIT_TIMED_OUT',
    hint: expect.stringContaining('is a worker running'),
  })
  const later = await client.schedule({ task: 'A', in: '1h' })
  await expect(later.wait({ timeout: 0 })).rejects.toMatchObject({ code: 'WAIT_TIMED_OUT' })
})

test('a job that is not there, or was not kept', async () => {
  const client = clients.open()
  await expect(client.handle('999').wait()).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
  await workers.start({ A: () => {} }, { retention: 0 })
  const job = await client.schedule({ task: 'A' })
  await expect(job.wait({ timeout: '10s' })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
})
