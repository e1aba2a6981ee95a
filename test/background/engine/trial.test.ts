import { expect, test } from 'vitest'
import { CRASHES_BEFORE_TRIAL, rescue } from '../../../background/engine/rescue.ts'
import { isSuspect, putOnTrial } from '../../../background/engine/trial.ts'
import { closingOf, useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'

const engine = useEngine()

async function claimed(crashes = CRASHES_BEFORE_TRIAL) {
  await engine().enqueue({})
  await engine().query('update background.job set crashes = $1', [crashes])
  const worker = await engine().worker()
  const [job] = await engine().claim(worker)
  return { worker, job: job as NonNullable<typeof job> }
}

const crashes = () => engine().value('select crashes from background.job')

test('a job that several workers had when they died is a suspect', async () => {
  expect(isSuspect((await claimed(CRASHES_BEFORE_TRIAL - 1)).job)).toBe(false)
  expect(isSuspect((await claimed()).job)).toBe(true)
})

test('only its owner puts a job on trial; again is the same', async () => {
  const { worker, job } = await claimed()
  expect(await putOnTrial(engine().db, await engine().worker(), job)).toBe(false)
  expect(await crashes()).toBe(CRASHES_BEFORE_TRIAL)
  expect(await putOnTrial(engine().db, worker, job)).toBe(true)
  expect(await putOnTrial(engine().db, worker, job)).toBe(true)
  expect(await crashes()).toBe(CRASHES_BEFORE_TRIAL + 1)
  await engine().release(worker, [job], closingOf(job))
  expect(await putOnTrial(engine().db, worker, job)).toBe(false)
})

test('nor does one that lost it', async () => {
  const { worker, job } = await claimed()
  await engine().expire(worker)
  await rescue(engine().db, 60)
  expect(await putOnTrial(engine().db, worker, job)).toBe(false)
})

test.each([
  ['released', () => ({})],
  ['failed', () => ({ again: 0 })],
  ['snoozed', () => ({ again: 0, counts: false })],
])('a job that is %s is on trial no more, and still a suspect', async (how, failure) => {
  const { worker, job } = await claimed()
  await putOnTrial(engine().db, worker, job)
  if (how === 'released') await engine().release(worker, [job], closingOf(job))
  else await engine().fail(worker, [job], failure(), closingOf(job))
  expect(await crashes()).toBe(CRASHES_BEFORE_TRIAL)
})

test('a job that is put on trial in the instant it is released is on trial no more', async () => {
  const { worker, job } = await claimed()
  const trial = engine().connect()
  await trial.run({ name: '', text: 'begin' }, [])
  await putOnTrial(trial, worker, job)
  const released = engine().release(worker, [job], closingOf(job))
  await eventually(() => engine().waiters())
  await trial.run({ name: '', text: 'commit' }, [])
  expect(await released).toEqual([job.id])
  expect(await crashes()).toBe(CRASHES_BEFORE_TRIAL)
})
