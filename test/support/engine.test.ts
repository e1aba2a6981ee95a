import { expect, test } from 'vitest'
import { expectConsistent, useEngine } from './engine.ts'

const engine = useEngine()

test.each([
  ['a job that is nowhere', 'delete from background.ready', 'job 1 is in 0 places: '],
  [
    'a job in two places',
    'insert into background.deferred (run_at, id) select run_at, id from background.job',
    'job 1 is in 2 places: ready, deferred',
  ],
  ['what waits without a job', 'delete from background.job', 'ready has 1, which does not exist'],
  [
    'a job that waits in the wrong place',
    'update background.ready set priority = 5',
    'ready has job 1 in the wrong place',
  ],
  [
    'a key without a job',
    `insert into background.job_key values ('k', 9)`,
    'key k names job 9, which does not exist',
  ],
])('%s is noticed', async (_, breaking, complaint) => {
  await engine().enqueue({})
  await engine().query(breaking)
  await expect(expectConsistent(engine())).rejects.toMatchObject({ actual: [complaint] })
  // which is looked for after each test
  await engine().reset()
})
