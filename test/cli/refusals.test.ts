import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { hasTerminal, inTerminal } from '../support/terminal.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))

/** Job 1 has finished, job 2 waits, job 3 runs; there are two workers. */
const ROWS = `
insert into background.finished (id, finished_at, expires_at, created_at, run_at, ms, priority, attempt, max_attempts, state, task, payload)
  values (1, now(), now() + interval '7 days', now(), now(), 212, 0, 1, 25, 1, 'SendEmail', '{}');
insert into background.job (id, task, run_at, payload) values (2, 'SendEmail', now() + interval '1 h', '{}'), (3, 'SendEmail', now(), '{}');
insert into background.deferred (run_at, id) select run_at, id from background.job where id = 2;
insert into background.worker (id, lease_until, name, host, pid, version, concurrency, tasks)
  select id, now() + interval '1 h', 'web-' || id - 10, 'h', 9, '0.1.0', 10, '{SendEmail}' from generate_series(11, 12) id;
insert into background.claim (id, worker_id, ids) values (21, 11, '{3}');`

/** All that commands could have changed. */
const EVERYTHING = `
select json_build_object(
  'job', (select json_agg(j order by j.id) from background.job j),
  'finished', (select json_agg(f order by f.id) from background.finished f),
  'worker', (select json_agg(w order by w.id) from background.worker w),
  'claim', (select json_agg(c) from background.claim c),
  'queue', (select json_agg(q) from background.queue q),
  'cron', (select json_agg(c) from background.cron c),
  'cancellation', (select json_agg(c) from background.cancellation c))::text as text`
const everything = async () => (await database().query<{ text: string }>(EVERYTHING))[0]?.text
beforeAll(async () => void (await database().query(ROWS)))

/** What is typed behind `ks bg`, the exit code, how things are, and what can be done about it. */
type Refusal = readonly [command: string, code: number, says: string, hint: string]

const UNKNOWN = 'there is no job 999'
const FINISHED = 'job 1 has finished: it is completed'
const RUNNING = 'job 3 is running'

/** One of each kind: they are tried in a terminal too. */
const KINDS: readonly Refusal[] = [
  ['edit 999 --in 1m', 3, UNKNOWN, 'it never existed, or it has finished and is no longer kept'],
  ['workers stop web', 1, 'web may be web-1 (11) or web-2 (12)', 'write more of the name, or the id'],
  ['cancel 1', 1, FINISHED, 'run it again with ks bg retry 1, or a copy of it with ks bg replay 1'],
  ['edit 3 --in 1m', 1, RUNNING, 'wait until it ends, ks bg wait 3, or cancel it, ks bg cancel 3'],
  ['discard 3', 1, RUNNING, 'ks bg cancel 3'],
]

const OTHERS: readonly Refusal[] = [
  ...['show', 'logs', 'why', 'wait', 'replay', 'retry', 'cancel', 'discard', 'delete', 'forget'].map(
    (verb): Refusal => [`${verb} 999`, 3, UNKNOWN, 'it never existed'],
  ),
  ...['retry', 'delete', 'forget'].map((verb): Refusal => [`${verb} 3`, 1, RUNNING, 'ks bg wait 3']),
  ['discard 1', 1, FINISHED, 'ks bg retry 1'],
  ['edit 1 --in 1m', 1, FINISHED, 'ks bg replay 1'],
  ['show 12x', 2, '"12x" is not the id of a job', 'an id is a number'],
  ['edit 2', 2, 'nothing is to be changed', 'say what: --in'],
  ['edit 2 --in 1m --at 2099-01-01', 2, 'cannot be used with', 'see: ks bg edit --help'],
  ['workers quiet api', 3, 'there is no worker api', 'there are web-1, web-2'],
  ['workers stop', 2, 'which workers is not said', '--all'],
  ['cron run Nightly', 3, 'there is no cron entry named Nightly', 'there is none at all'],
  ['cron remove Nightly', 3, 'there is no cron entry named Nightly', 'there is none at all'],
  ['queues limit email 0', 2, 'whole number from 1', 'see: ks bg queues limit --help'],
  ['list cursor:1', 2, 'a query has no field cursor', 'it has task, state'],
  ['list --cursor x', 2, 'cursor is "x"', 'cursor is a number'],
  ['retry --where state:waiting', 2, 'there is no state waiting', 'states are scheduled'],
  ['cancel --where tag:x 2', 2, 'by their ids and by a query', 'give one of the two'],
]

test.each([...KINDS, ...OTHERS])('ks bg %s: code %i, %s; %s', async (command, code, says, hint) => {
  const before = await everything()
  const ended = await project().ks(['bg', ...command.split(' ')])
  expect(ended).toMatchObject({ code, stdout: '' })
  expect(ended.stderr.startsWith('error: ')).toBe(true)
  expect(ended.stderr).toContain(says)
  const [, told = ''] = ended.stderr.split(/\n {2}hint {2}/)
  expect(told).toContain(hint)
  expect(await everything()).toBe(before)
})

test.skipIf(!hasTerminal).each(KINDS)('in a terminal: ks bg %s', async (command, code, says, hint) => {
  const env = { DATABASE_URL: database().url }
  const terminal = inTerminal(`bg ${command}`, { cwd: project().root, env, columns: 110 })
  expect(await terminal.ended).toBe(code)
  expect(terminal.lines().join('\n')).toContain(says)
  expect(terminal.lines().join('\n')).toContain(hint)
})
