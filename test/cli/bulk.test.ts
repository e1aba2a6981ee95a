import { expect, test } from 'vitest'
import { describe as progressLine } from '../../cli/bulk/progress.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { hasTerminal, inTerminal } from '../support/terminal.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))

const ks = (...args: string[]) => project().ks(['bg', ...args])
const terminal = (command: string) =>
  inTerminal(`bg ${command}`, { cwd: project().root, env: { DATABASE_URL: database().url } })

async function schedule(...flags: string[]): Promise<string> {
  const { stdout } = await ks('schedule', 'SendEmail', '--set', 'to=ann@example.com', '--json', ...flags)
  return JSON.parse(stdout).id
}

/** As many jobs that wait as there would be after a bad night. */
async function fill(count: number, tag: string): Promise<void> {
  await database().query(
    `with new as (
       insert into background.job (task, payload, run_at, tags)
       select 'SendEmail', '{"to":"ann@example.com"}', now() + interval '1 day', array[$2::text]
         from generate_series(1, $1::int) returning id, run_at)
     insert into background.deferred (run_at, id) select run_at, id from new`,
    [count, tag],
  )
}

async function states(...ids: string[]): Promise<string[]> {
  const { stdout } = await ks('list', `id:${ids.join()}`, '--json')
  const { jobs } = JSON.parse(stdout) as { jobs: { id: string; state: string }[] }
  return ids.map(id => jobs.find(job => job.id === id)?.state ?? 'missing')
}

test('jobs are cancelled, retried, discarded and deleted by their ids', async () => {
  const [one, two] = [await schedule('--in', '1h'), await schedule('--in', '1h')]
  expect(await ks('cancel', one, '--reason', 'withdrawn')).toMatchObject({
    code: 0,
    stdout: 'cancelled 1 job\n',
  })
  expect(await states(one, two)).toEqual(['cancelled', 'scheduled'])
  expect(await ks('retry', `#${one}`, two)).toMatchObject({ code: 0, stdout: 'retried 2 jobs\n' })
  expect(await states(one, two)).toEqual(['available', 'available'])
  const discarded = await ks('discard', one, two, '--json')
  expect(JSON.parse(discarded.stdout)).toEqual({
    verb: 'discard',
    dryRun: false,
    done: 2,
    told: 0,
    interrupted: false,
    refused: [],
  })
  expect(await ks('delete', one)).toMatchObject({ code: 0, stdout: 'deleted 1 job\n' })
  expect(await states(one, two)).toEqual(['missing', 'discarded'])
})

test('what cannot be done is said with the state and what can, and changes nothing', async () => {
  const id = await schedule('--in', '1h')
  await ks('cancel', id)
  const again = await ks('cancel', id)
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect(again.stderr).toContain(`job ${id} has finished: it is cancelled`)
  expect(again.stderr).toContain(`ks bg retry ${id}`)
  expect(await ks('cancel', '999999')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('there is no job 999999'),
  })
  const [mistyped, nothing, both] = await Promise.all([
    ks('cancel', '12x'),
    ks('retry'),
    ks('retry', id, '--where', 'task:SendEmail'),
  ])
  expect(mistyped).toMatchObject({ code: 2, stderr: expect.stringContaining('is not the id of a job') })
  expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('which jobs is not said') })
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('give one of the two') })
  const waiting = await schedule('--in', '1h')
  const partly = await ks('discard', waiting, id, '999999', '--json')
  expect(partly.code).toBe(5)
  expect(JSON.parse(partly.stdout)).toMatchObject({
    done: 1,
    refused: [
      { id, code: 'JOB_FINISHED', hint: expect.stringContaining('ks bg') },
      { id: '999999', code: 'JOB_NOT_FOUND' },
    ].sort(() => 0),
  })
})

test('a query needs --yes where nobody can be asked, and --dry-run says what it means', async () => {
  const id = await schedule('--in', '1h', '--tag', 'dry')
  const asked = await ks('cancel', '--where', 'tag:dry')
  expect(asked).toMatchObject({ code: 2, stdout: '' })
  expect(asked.stderr).toMatch(/this would cancel 1 job in .*--yes/s)
  const dry = await ks('cancel', '--where', 'tag:dry', '--dry-run')
  expect(dry.stdout).toMatch(new RegExp(`would cancel 1 job in .*/test_\\w+\\n.*#${id}`, 's'))
  expect(await states(id)).toEqual(['scheduled'])
  const json = await ks('cancel', '--where', 'tag:dry', '--dry-run', '--json')
  expect(JSON.parse(json.stdout)).toEqual({
    verb: 'cancel',
    dryRun: true,
    count: 1,
    capped: false,
    ids: [id],
  })
  expect(await ks('cancel', '--where', 'tag:dry', '-y')).toMatchObject({
    code: 0,
    stdout: 'cancelled 1 job\n',
  })
  expect(await ks('cancel', '--where', 'tag:dry', '-y')).toMatchObject({ code: 0, stdout: '' })
  expect(await ks('cancel', '--where', '  ', '-y')).toMatchObject({ code: 2 })
})

test.skipIf(!hasTerminal)('in a terminal it asks, and no is the answer to nothing', async () => {
  const id = await schedule('--in', '1h', '--tag', 'asked')
  const no = terminal("discard --where 'tag:asked'")
  await no.shows(/discard 1 job in .*\? \[y\/N\]/)
  no.type('\r')
  await no.shows(/nothing was done/)
  expect(await no.ended).toBe(0)
  expect(await states(id)).toEqual(['scheduled'])
  const yes = terminal("discard --where 'tag:asked'")
  await yes.shows(/\[y\/N\]/)
  yes.type('y\r')
  await yes.shows(/discarded 1 job/)
  expect(await yes.ended).toBe(0)
  const left = terminal("delete --where 'tag:asked state:discarded'")
  await left.shows(/\[y\/N\]/)
  left.type('\u0003')
  expect(await left.ended).toBe(130)
  expect(await states(id)).toEqual(['discarded'])
})

test.skipIf(!hasTerminal)('many jobs go in pieces with a bar, and Ctrl-C says how far it came', async () => {
  await fill(4_000, 'night')
  const bulk = terminal("discard --where 'tag:night' --yes --rate 1000")
  await bulk.shows(/\[#+-+\] [\d,]+ of 4,000 {2}[\d,]+\/s {2}\d+s left/)
  bulk.type('\u0003')
  await bulk.shows(/interrupted: the rest of 4,000 jobs is as it was/)
  expect(await bulk.ended).toBe(130)
  const [, told = ''] = /discarded ([\d,]+) jobs/.exec(bulk.lines().join('\n')) ?? []
  const done = Number(told.replace(',', ''))
  expect(done).toBeGreaterThan(0)
  expect(done).toBeLessThan(4_000)
  const left = await ks('discard', '--where', 'tag:night', '--yes', '--json')
  expect(JSON.parse(left.stdout)).toMatchObject({ done: 4_000 - done, interrupted: false })
})

test('a program that is interrupted tells how far it came', async () => {
  await fill(400, 'noon')
  const bulk = project().start(['bg', 'discard', '--where', 'tag:noon', '--yes', '--rate', '100', '--json'])
  const discarded = async () => {
    const [row] = await database().query<{ count: number }>(
      `select count(*)::int from background.history where state = 'discarded' and 'noon' = any (tags)`,
    )
    return row?.count ?? 0
  }
  await eventually(discarded, 20_000)
  bulk.process.kill('SIGINT')
  const { code, stdout } = await bulk.ended()
  expect(code).toBe(130)
  const done = await discarded()
  expect(done).toBeLessThan(400)
  expect(JSON.parse(stdout)).toEqual({
    ...{ verb: 'discard', dryRun: false, done, told: 0, interrupted: true, refused: [] },
  })
})

test('a line of progress', () => {
  expect(progressLine(12_300, 50_000, 3_000)).toBe(
    '[######------------------] 12,300 of 50,000  4,100/s  10s left',
  )
  expect(progressLine(50_000, 50_000, 10_000)).toBe('[########################] 50,000 of 50,000  5,000/s')
  expect(progressLine(7, undefined, 1_000)).toBe('7  7/s')
})
