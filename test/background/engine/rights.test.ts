import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { ROLES } from '../../../background/engine/grants.ts'
import { migrateDatabase } from '../../../background/migrate.ts'
import { openDatabase } from '../../../framework/database.ts'
import { useEngine } from '../../support/engine.ts'
import { useLogins } from '../../support/logins.ts'

const engine = useEngine()
beforeAll(async () => {
  const database = openDatabase({ url: engine().url, poolSize: 1, applicationName: 'rights test' })
  await migrateDatabase(database, { roles: true }).finally(() => database.close())
})
const logins = useLogins(engine, ROLES)

/** The letters of what a role may: select, insert, update, delete, truncate; in brackets when only in some columns. */
const RIGHTS = `
select format('%s %s', case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end, c.relname) as what,
       r.role, case when c.relkind = 'S' then case when has_sequence_privilege(r.role, c.oid, 'usage') then 'u' else '' end else (
         select string_agg(case when has_table_privilege(r.role, c.oid, p) then left(p, 1)
                                when p not in ('delete', 'truncate') and has_any_column_privilege(r.role, c.oid, p)
                                  then format('(%s)', left(p, 1)) else '' end, '' order by n)
           from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) with ordinality u (p, n)) end as may
  from pg_class c cross join unnest($1::text[]) as r (role)
 where c.relnamespace = 'background'::regnamespace and c.relkind in ('r', 'p', 'v', 'S') and c.relname !~ '^finished_[0-9]'
   and not (c.relkind = 'S' and c.relname !~ '^(job|lane)_')
union all
select format('%s %s', case when p.prosecdef then 'definer' else 'function' end, case p.proname when 'remove_job' then format('remove_job(%s)', split_part(pg_get_function_identity_arguments(p.oid), ' ', 2)) else p.proname end),
       r.role, case when has_function_privilege(r.role, p.oid, 'execute') then 'x' else '' end
  from pg_proc p cross join unnest($1::text[]) as r (role)
 where p.pronamespace = 'background'::regnamespace`

/**
 * Who may what. A new table, view or function has to have a line here: for tables the letters of select, insert, update,
 * delete and truncate, in brackets where only some columns are meant; x to execute, u to use. A definer acts with the
 * rights of the owner, so it has to check what it is given.
 */
const MATRIX = `
                                     owner   worker enqueuer operator   reader   nobody
definer add_job                          x        x        x        -        -        -
definer add_jobs                         x        x        x        -        -        -
definer cancel_job                       x        -        -        x        -        -
definer complete_jobs                    x        -        -        x        -        -
definer drop_history                     x        x        -        x        -        -
definer enqueue                          x        x        x        -        -        -
definer enqueue_keyed                    x        x        x        -        -        -
definer enqueue_one                      x        x        x        -        -        -
definer force_unlock_workers             x        -        -        x        -        -
definer leave_claim                      x        -        -        -        -        -
definer pause_queue                      x        -        -        x        -        -
definer permanently_fail_jobs            x        -        -        x        -        -
definer prepare_history                  x        x        -        -        -        -
definer remove_job(bigint)               x        -        -        x        -        -
definer remove_job(text)                 x        -        -        x        -        -
definer reschedule_jobs                  x        -        -        x        -        -
definer resume_queue                     x        -        -        x        -        -
definer retry_jobs                       x        -        -        x        -        -
function append_items                    x        x        -        -        -        -
function are_flags                       x        -        -        -        -        -
function check_flags                     x        -        -        -        -        -
function check_name                      x        -        -        -        -        -
function check_number                    x        -        -        -        -        -
function check_payload                   x        -        -        -        -        -
function check_time                      x        -        -        -        -        -
function delete_job                      x        -        -        -        -        -
function end_job                         x        -        -        -        -        -
function end_workers                     x        -        -        -        -        -
function find_job                        x        -        -        -        -        -
function flag_set                        x        -        -        -        -        -
function hurry                           x        -        -        -        -        -
function is_full                         x        x        -        -        -        -
function is_job                          x        -        -        -        -        -
function is_name                         x        -        -        -        -        -
function is_storable                     x        -        -        -        -        -
function is_time                         x        -        -        -        -        -
function lane_for                        x        x        -        x        -        -
function make_wait                       x        x        -        -        -        -
function payload_of_tick                 x        x        -        -        -        -
function put_job                         x        x        -        -        -        -
function put_keyed                       x        x        -        -        -        -
function refuse                          x        -        -        -        -        -
function refuse_job                      x        -        -        -        -        -
function revive                          x        -        -        -        -        -
function schedule_keyed                  x        x        -        -        -        -
function seen                            x        -        -        -        -        -
function settled_until                   x        x        -        x        -        -
function shown                           x        -        -        -        -        -
function some_items                      x        x        -        -        -        -
function somebody_rests                  x        x        x        x        -        -
function take_back                       x        x        -        -        -        -
function take_waiting                    x        x        -        -        -        -
function wake                            x        x        x        x        -        -
sequence job_id_seq                      u        u        -        -        -        -
sequence lane_id_seq                     u        u        -        -        -        -
table activity                       siudt        -        -     siud        -        -
table cancellation                   siudt     siud        -     siud        s        -
table claim                          siudt     siud        -     s(u)        s        -
table cron                           siudt     siud        -     siud      (s)        -
table deferred                       siudt     siud        -     siud        s        -
table finished                       siudt       si        -   si(u)d      (s)        -
table finished_default               siudt        -        -        -        -        -
table job                            siudt     siud        -     siud      (s)        -
table job_key                        siudt     siud        -     siud        s        -
table lane                           siudt       si        -       si        s        -
table last_attempt                   siudt     siud        -     siud        -        -
table member                         siudt     siud        -     siud        s        -
table migration                      siudt        s        s        s        s        -
table minute                         siudt     siud        -        s        s        -
table queue                          siudt     siud        -     siud        s        -
table ready                          siudt     siud        -     siud        s        -
table revival                        siudt        -        -        -        -        -
table slot                           siudt     siud        -        s        s        -
table worker                         siudt     siud        -     s(u)        s        -
view crons                           siudt        s        -        s      (s)        -
view history                         siudt        s        -        s      (s)        -
view jobs                            siudt        s        -        s      (s)        -
view queues                          siudt        s        -        s      (s)        -
view workers                         siudt        s        -        s      (s)        -
`

const COLUMNS = ['owner', 'worker', 'enqueuer', 'operator', 'reader', 'nobody'] as const

test('everybody may what the table says, and nothing else', async () => {
  const names = COLUMNS.map(
    column => (column === 'nobody' ? logins.nobody : logins[`background_${column}`]).name,
  )
  const rows = await engine().query<{ what: string; role: string; may: string }>(RIGHTS, [names])
  const things = [...new Set(rows.map(({ what }) => what))].sort()
  const mayOf = (thing: string, name: string) =>
    rows.find(row => row.what === thing && row.role === name)?.may || '-'
  const actual = things.map(thing => [thing, ...names.map(name => mayOf(thing, name))].join(' '))
  const expected = MATRIX.trim()
    .split('\n')
    .slice(1)
    .map(line => line.trim().replace(/\s+/g, ' '))
  expect(actual.map(line => line.replace(/\s+/g, ' '))).toEqual(expected)
})

const DEFINERS = `
select p.oid::regprocedure::text as name, array_to_string(p.proconfig, ' ') as config
  from pg_proc p where p.pronamespace = 'background'::regnamespace and p.prosecdef`

test('whoever acts for the owner looks for nothing where others can put something', async () => {
  const definers = await engine().query<{ name: string; config: string }>(DEFINERS)
  expect(definers.length).toBeGreaterThan(10)
  const open = definers.filter(({ config }) => !config?.includes('search_path=pg_catalog, pg_temp'))
  expect(open).toEqual([])
})

/** What somebody puts in the way: tables and functions with the names of ours and of the server. */
const TRAPS = `
create table public.trapped (by text);
grant all on public.trapped to public;
create function public.trap() returns void language sql as $$ insert into public.trapped values (current_user) $$;
create function public.hashtext(text) returns integer language sql as $$ select public.trap(); select 1 $$;
create function public.length(text) returns integer language sql as $$ select public.trap(); select 1 $$;
create function public.now() returns timestamptz language sql as $$ select public.trap(); select clock_timestamp() $$;
create function public.pg_notify(text, text) returns void language sql as $$ select public.trap() $$;
create function public.strpos(text, text) returns integer language sql as $$ select public.trap(); select 0 $$;
create function public.left(text, integer) returns text language sql as $$ select public.trap(); select $1 $$`

/** Names that end a string, an identifier or a statement where somebody put them together by hand. */
const NAMES = [
  `'`,
  `"`,
  `\\`,
  `'; drop table background.job; --`,
  `$$`,
  `\u{1f600}é`,
  `{a,"b"}`,
  '%s%I%L',
  `a' || 'b`,
]

test('what others have put in the way is not stepped on, and no name is taken for code', async () => {
  await engine().query(TRAPS)
  onTestFinished(async () => {
    const functions = [
      'hashtext(text)',
      'length(text)',
      'now()',
      'pg_notify(text, text)',
      'strpos(text, text)',
      'left(text, integer)',
    ]
    for (const one of [...functions, 'trap()']) await engine().query(`drop function public.${one}`)
    await engine().query('drop table public.trapped')
  })
  const { background_enqueuer: enqueuer, background_operator: operator } = logins
  for (const login of [enqueuer, operator]) {
    await login.query(
      'create temp table job (id bigint); create temp table ready (id bigint); create temp table job_key (key text)',
    )
    await login.query('set search_path = pg_temp, public, pg_catalog')
  }
  for (const name of NAMES) {
    const quoted = `E'${name.replace(/[\\']/g, '\\$&')}'`
    const add = `background.add_job(${quoted}, '{}', ${quoted}, null, null, ${quoted}, null, array[${quoted}])`
    const [added] = await enqueuer.query(`select id, task, queue, key, flags from ${add}`)
    expect(added).toMatchObject({ task: name, queue: name, key: name, flags: [name] })
    await operator.query(`select background.pause_queue(${quoted}, ${quoted})`)
    await operator.query(`select background.reschedule_jobs(array[${added?.id}], priority => 1)`)
    await operator.query(`select background.resume_queue(${quoted})`)
    await operator.query(`select background.permanently_fail_jobs(array[${added?.id}], ${quoted})`)
    await operator.query(`select background.retry_jobs(array[${added?.id}])`)
    expect(await operator.query(`select id from background.remove_job(${quoted}::text)`)).toEqual([
      { id: added?.id },
    ])
    await operator.query(`select background.force_unlock_workers(array[${quoted}])`)
  }
  expect(await engine().query('select * from public.trapped')).toEqual([])
  expect(await engine().value('select count(*)::int from background.job')).toBe(0)
})
