import { expect, test } from 'vitest'
import { countJobs } from '../../../background/engine/count.ts'
import { listIds, listJobs } from '../../../background/engine/list.ts'
import { readOnly } from '../../../background/engine/reading.ts'
import { statement } from '../../../background/engine/statement.ts'
import { JOB_STATES } from '../../../background/job.ts'
import { parseQuery } from '../../../background/query.ts'
import { useEngine } from '../../support/engine.ts'

const engine = useEngine()

function searchFor(text: string) {
  const { states = JOB_STATES, conditions, ids } = parseQuery(text)
  return { states: states ?? JOB_STATES, conditions, ids }
}

async function find(text: string): Promise<readonly string[]> {
  const search = searchFor(text)
  const { items } = await listIds(engine().db, search, 100)
  expect((await countJobs(engine().db, search, 100)).count).toBe(items.length)
  return items
}

test('conditions on what a job is', async () => {
  const [plain, email, report] = (await engine().enqueue(
    {},
    { task: 'SendEmail', queue: 'email', tags: ['user:42', 'b'], priority: -3 },
    { task: 'Send_Report', payload: '{"to":"ann@example.com","items":[{"sku":"X1"}],"n":3}' },
  )) as [string, string, string]
  expect(await find('task:Send*')).toEqual([report, email])
  expect(await find('task:*email')).toEqual([])
  expect(await find('task:Send_E*')).toEqual([])
  expect(await find('-task:Send*')).toEqual([plain])
  expect(await find('queue:*')).toEqual([email])
  expect(await find('-queue:email')).toEqual([report, plain])
  expect(await find('tag:user:*,nobody')).toEqual([email])
  expect(await find('-tag:b')).toEqual([report, plain])
  expect(await find('priority:<0')).toEqual([email])
  expect(await find('priority:0,>5')).toEqual([report, plain])
  expect(await find('payload.to:*@example.com')).toEqual([report])
  expect(await find('payload.items.0.sku:X1 payload.n:3')).toEqual([report])
  expect(await find('payload.to:*@example.com task:SendEmail')).toEqual([])
  expect(await find(`id:${plain},${report} task:Send*`)).toEqual([report])
  expect(await find('since:1h')).toEqual([report, email, plain])
  expect(await find('before:1h')).toEqual([])
  expect(await find('since:2000-01-01 before:2001-01-01')).toEqual([])
})

test('conditions on how it went, unfinished and finished', async () => {
  const [retried, discarded, running] = (await engine().enqueue({}, {}, {})) as [string, string, string]
  const worker = await engine().worker()
  const claimed = await engine().claim(worker)
  const error = '{"name":"TimeoutError","message":"gone 100% of the time"}'
  await engine().fail(worker, [claimed[0] as never], { error })
  await engine().fail(worker, [claimed[1] as never], { again: null, error: '{"message":"no"}' })
  expect(await find('error:timeout')).toEqual([retried])
  expect(await find('error:"100% of"')).toEqual([retried])
  expect(await find('error:"10% of"')).toEqual([])
  expect(await find('error:*')).toEqual([discarded, retried])
  expect(await find('-error:* -state:completed')).toEqual([running])
  expect(await find('error:* state:discarded')).toEqual([discarded])
  expect(await find('worker:te*')).toEqual([running])
  expect(await find(`worker:${worker}`)).toEqual([running])
  expect(await find('worker:other')).toEqual([])
  expect(await find(`id:${discarded}`)).toEqual([discarded])
})

test('values are never part of a statement', async () => {
  await engine().enqueue({})
  for (const value of [`') or true --`, `%`, `\\`, `'; drop table background.job; --`, '\u0001'])
    expect(await find(`task:${JSON.stringify(value)}`)).toEqual([])
  expect(await find(`payload.a'b:x`)).toEqual([])
})

test('questions by hand change nothing and are given up', async () => {
  const reads = readOnly(engine().db)
  const insert = statement('test_write', "insert into background.queue (name) values ('x')")
  await expect(reads.run(insert, [])).rejects.toThrow(/read-only transaction/)
  const [row] = await reads.run(statement('test_timeout', "select current_setting('statement_timeout')"), [])
  expect(row).toEqual(['5s'])
  expect((await listJobs(reads, searchFor(''), 1)).items).toEqual([])
})
