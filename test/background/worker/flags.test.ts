import { expect, test } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

/** A task that notes the ids of its jobs. */
function noting() {
  const seen: string[] = []
  return { seen, A: (_: unknown, { id }: { id: string }) => void seen.push(id) }
}

const add = async (...args: string[]) => {
  const ids: string[] = []
  for (const arg of args)
    ids.push((await engine().value(`select id from background.add_job('A'${arg})`)) as string)
  return ids
}
const states = () => engine().column('select state from background.jobs order by id')

test('a job with a forbidden flag is left alone, and others go on by the hundred', async () => {
  const { seen, A } = noting()
  const forbidden = await add(`, flags => '{slow}'`, `, flags => '{fast,slow}', priority => -5`)
  const others = await engine().enqueue(
    ...Array.from({ length: 300 }, (_, n) => (n % 2 ? { flags: ['fast'] } : {})),
  )
  const { worker } = await workers.start({ A }, { forbiddenFlags: ['slow', 'never used'] })
  await worker.untilEmpty()
  expect(new Set(seen)).toEqual(new Set(others))
  expect(await states()).toEqual(['available', 'available'])
  const { worker: another } = await workers.start({ A })
  await another.untilEmpty()
  expect(seen.slice(300).sort()).toEqual(forbidden)
})

test.each([
  ['a function', (flags: string[]) => () => flags],
  ['an async function', (flags: string[]) => async () => flags],
])('%s is asked before jobs are taken, and may change its mind', async (_, ask) => {
  const { seen, A } = noting()
  const flags = ['a']
  await workers.start({ A }, { forbiddenFlags: ask(flags) })
  const [a, b] = (await add(`, flags => '{a}'`, `, flags => '{b}'`)) as [string, string]
  await eventually(() => seen.length === 1)
  expect(seen).toEqual([b])
  flags[0] = 'b'
  await eventually(() => seen.length === 2)
  expect(seen[1]).toBe(a)
  expect(await add(`, flags => '{b}'`, '')).toEqual([expect.anything(), expect.anything()])
  await eventually(() => seen.length === 3)
  await eventually(async () => (await states()).join() === 'available')
})

test.each([null, undefined])('a function that answers %s forbids nothing', async nothing => {
  const { seen, A } = noting()
  await workers.start({ A }, { forbiddenFlags: () => nothing })
  await add(`, flags => '{a}'`)
  await eventually(() => seen.length === 1)
})

test('while a function throws, jobs with flags wait and all others run', async () => {
  const { seen, A } = noting()
  let broken = true
  const { told } = await workers.start(
    { A },
    {
      forbiddenFlags: async () => {
        if (broken) throw new Error('no answer')
        return []
      },
    },
  )
  const [flagged, plain] = (await add(`, flags => '{a}'`, '')) as [string, string]
  await eventually(() => seen.length === 1)
  expect(seen).toEqual([plain])
  expect(told('worker:trouble')[0]).toMatchObject({
    doing: 'asking for forbidden flags',
    error: { message: 'no answer' },
  })
  broken = false
  await eventually(() => seen.length === 2)
  expect(seen[1]).toBe(flagged)
})

test('a forbidden job at the head of a queue is put off and does not block it', async () => {
  const { seen, A } = noting()
  const [first, second] = await add(
    `, queue_name => 'q', flags => '{a}'`,
    `, queue_name => 'q', flags => '{b}'`,
  )
  const { worker } = await workers.start({ A }, { forbiddenFlags: ['a'] })
  await worker.untilEmpty()
  expect(seen).toEqual([second])
  expect(await engine().query('select id, state, attempt from background.jobs')).toEqual([
    { id: first, state: 'scheduled', attempt: 0 },
  ])
})

test.each([true, false])('flags that are new are learned, notified or not (%s)', async listen => {
  const { seen, A } = noting()
  await workers.start({ A }, { listen, forbiddenFlags: ['x'] })
  await add(`, flags => '{new}'`, `, flags => '{new,x}'`, `, flags => '{newer}'`)
  await eventually(() => seen.length === 2)
  await eventually(async () => (await states()).join() === 'available')
})

test('a task that somebody does not know and flags go together', async () => {
  const { seen, A } = noting()
  const stranger = await workers.start({ B: () => {} })
  const [x, plain] = (await add(`, flags => '{x}'`, '')) as [string, string]
  await stranger.worker.untilEmpty()
  await workers.start({ A }, { forbiddenFlags: ['y'] })
  await add(`, flags => '{y}'`)
  await eventually(() => seen.length === 2)
  expect(new Set(seen)).toEqual(new Set([x, plain]))
  await eventually(async () => (await states()).join() === 'available')
})

test.each([[[1]], [['']], ['a'], [7]])('%j is no list of flags', async forbiddenFlags => {
  expect(() => workers.create({}, { forbiddenFlags })).toThrow()
})
