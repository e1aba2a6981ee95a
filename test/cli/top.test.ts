import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { hasTerminal, inTerminal } from '../support/terminal.ts'
import { jsonLines, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))
const terminal = (command: string, columns: number) =>
  inTerminal(command, { cwd: project().root, columns, env: { DATABASE_URL: database().url } })

const LONG = 'x'.repeat(300)
const ROWS = `
insert into background.job (id, task, queue, run_at, payload) values (1, 'SendEmail', 'email', now(), '{"to":"${LONG}"}');
insert into background.member (queue, priority, run_at, id) select queue, priority, run_at, id from background.job;
insert into background.finished (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, max_attempts, state, task, payload)
  values (2, now(), now() + interval '7 days', now(), now(), 212, 0, 1, 25, 1, 'SendEmail', '{}');`
beforeAll(async () => void (await database().query(ROWS)))

test.skipIf(!hasTerminal)('top draws anew in place, and q leaves the terminal as it was', async () => {
  const top = terminal('bg top --interval 200ms', 100)
  await top.shows(/available 1[\s\S]*email[\s\S]*available 1/)
  await database().query(
    `with later as (
       insert into background.job (id, task, run_at, payload) values (9, 'Later', now() + interval '1 h', '{}') returning run_at, id)
     insert into background.deferred (run_at, id) select run_at, id from later`,
  )
  await top.shows(/scheduled 1 /)
  top.type('q')
  expect(await top.ended).toBe(0)
  const screen = top.screen()
  expect(screen.startsWith('\u001b[?1049h\u001b[?25l\u001b[H')).toBe(true)
  expect(screen.trimEnd().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true)
})

test.skipIf(!hasTerminal)('Ctrl-C leaves it too', async () => {
  const top = terminal('bg top', 100)
  await top.shows(/available 1/)
  top.type('\u0003')
  expect(await top.ended).toBe(0)
  expect(top.screen()).toContain('\u001b[?25h\u001b[?1049l')
})

test.skipIf(!hasTerminal)('a list fits the terminal, and is in colour there', async () => {
  const list = terminal('bg list task:SendEmail state:available', 60)
  expect(await list.ended).toBe(0)
  const line = list.lines().find(line => line.startsWith('#1'))
  expect(line).toHaveLength(60)
  expect(line?.endsWith('…')).toBe(true)
  expect(list.screen()).toContain('\u001b[2mstate\u001b[22m')
})

test('top --json is a line for each look; without it, it needs a terminal', async () => {
  const { stdout } = await project().ks(['bg', 'top', '--json', '--count', '2', '--interval', '200ms'])
  const samples = jsonLines(stdout)
  expect(samples).toHaveLength(2)
  expect(samples[0]).toMatchObject({
    at: expect.stringMatching(/Z$/),
    states: { available: 1, completed: 1 },
    more: { unfinished: false, completed: false },
    waited: null,
    workers: { alive: 0, lost: 0, slots: 0, taken: 0 },
    totals: { scheduled: expect.any(Number), finished: expect.any(Number) },
    rates: { scheduled: expect.any(Number), finished: expect.any(Number) },
    queues: [{ name: 'email', available: 1 }],
    running: [],
  })
  expect(await project().ks(['bg', 'top'])).toMatchObject({ code: 2, stdout: '' })
})

test('stats: a table, and an object', async () => {
  const { stdout } = await project().ks(['bg', 'stats'])
  expect(stdout).toMatch(/^state +jobs\nscheduled +\d+\navailable +1\n/)
  expect(stdout).toContain('\nno worker is running')
  expect(stdout).toMatch(/\nSendEmail +1 +212ms +212ms +212ms\n$/)
  const { tasks, states } = JSON.parse((await project().ks(['bg', 'stats', '--json'])).stdout)
  expect(states).toMatchObject({ completed: 1, discarded: 0 })
  const times = { p50: 212, p95: 212, p99: 212 }
  expect(tasks).toEqual([{ task: 'SendEmail', completed: 1, cancelled: 0, discarded: 0, ...times }])
})
