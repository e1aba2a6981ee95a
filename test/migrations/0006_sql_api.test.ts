import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { closingOf, useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'

const engine = useEngine()

type Added = Record<string, unknown> & { readonly id: string }

async function add(args: string, values: unknown[] = []): Promise<Added> {
  const [row] = await engine().query<Added>(`select * from background.add_job(${args})`, values)
  return row as Added
}

const jobs = () => engine().query('select * from background.jobs order by id')

const KEYED = 'text, text, text, json, text, timestamptz, integer, integer, text[], text[], interval'

/** From now on whoever schedules under a key waits when it is done with that, until it may go on. */
async function holdSchedules() {
  const lock = 4_711
  const [holder, caller] = [new pg.Client(engine().url), new pg.Client(engine().url)]
  await Promise.all([holder.connect(), caller.connect()])
  await engine().query(`
    alter function background.schedule_keyed(${KEYED}) rename to schedule_keyed_at_once;
    create function background.schedule_keyed(${KEYED.replace('text[], text[], interval', 'text[], text[] default null, interval default null')})
    returns bigint language plpgsql as $$
    declare
      id bigint := background.schedule_keyed_at_once($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
    begin
      perform pg_advisory_xact_lock_shared(${lock});
      return id;
    end $$`)
  onTestFinished(async () => {
    await Promise.all([holder.end(), caller.end()])
    await engine().query(`
      drop function background.schedule_keyed(${KEYED});
      alter function background.schedule_keyed_at_once(${KEYED}) rename to schedule_keyed`)
  })
  const waiting = `
    select count(*)::int from pg_locks
     where locktype = 'advisory' and objid = ${lock} and not granted
       and database = (select oid from pg_database where datname = current_database())`
  return {
    async during(call: string): Promise<Record<string, unknown>> {
      await holder.query(`select pg_advisory_lock(${lock})`)
      return (await caller.query(call)).rows[0]
    },
    until: () => eventually(async () => (await engine().value(waiting)) === 1),
    go: () => holder.query(`select pg_advisory_unlock(${lock})`),
  }
}

describe('add_job', () => {
  test('takes an identifier, and has a default for all else', async () => {
    const row = await add(`'send_email'`)
    expect(await jobs()).toEqual([row])
    expect(row).toMatchObject({
      task: 'send_email',
      queue: null,
      state: 'available',
      priority: 0,
      attempt: 0,
    })
    expect(row).toMatchObject({ max_attempts: 25, key: null, flags: null, payload: {}, error: null })
    expect(row.run_at).toEqual(row.created_at)
  })

  test('takes its parameters by position, in the order of Graphile Worker', async () => {
    const row = await add(
      `'A', '{"a":1}', 'q', '2099-01-02T03:04:05Z', 7, 'k', -3, array['b', 'a', 'b'], 'preserve_run_at'`,
    )
    expect(await jobs()).toEqual([row])
    expect(row).toMatchObject({ task: 'A', payload: { a: 1 }, queue: 'q', max_attempts: 7, key: 'k' })
    expect(row).toMatchObject({ priority: -3, flags: ['a', 'b'], state: 'scheduled' })
    expect(row.run_at).toEqual(new Date('2099-01-02T03:04:05Z'))
  })

  test('takes them by name, and null for the default', async () => {
    const nulls = [
      'payload',
      'queue_name',
      'run_at',
      'max_attempts',
      'job_key',
      'priority',
      'flags',
      'job_key_mode',
    ]
    const row = await add(`identifier => 'A', ${nulls.map(name => `${name} => null`).join()}`)
    expect(row).toMatchObject({
      payload: {},
      queue: null,
      max_attempts: 25,
      key: null,
      priority: 0,
      flags: null,
    })
  })

  test('keeps the text of a payload as it was given', async () => {
    await add(`'A', '{ "b": 9007199254740993,\n "a": [1.0, "\\u00e9\\\\u0000"] }'`)
    expect(await engine().value('select payload::text from background.job')).toBe(
      '{ "b": 9007199254740993,\n "a": [1.0, "\\u00e9\\\\u0000"] }',
    )
  })

  test('a time in the past is now, but keeps its place', async () => {
    const [later, sooner] = [await add(`'A'`), await add(`'A', run_at => now() - interval '1 day'`)]
    const worker = await engine().worker()
    expect((await engine().claim(worker)).map(job => job.id)).toEqual([sooner.id, later.id])
  })

  test('a job exists exactly if its transaction commits', async () => {
    const client = new pg.Client(engine().url)
    await client.connect()
    onTestFinished(() => client.end())
    await client.query(`begin; select background.add_job('A'); rollback`)
    expect(await jobs()).toEqual([])
    await client.query(`begin; select background.add_job('A'); commit`)
    expect((await jobs()).length).toBe(1)
  })

  test('under a key it answers with the job that there is', async () => {
    const first = await add(`'A', '[1]', job_key => 'k', max_attempts => 3`)
    const second = await add(`'B', '[2]', job_key => 'k', run_at => now() + interval '1 hour'`)
    expect(second).toMatchObject({
      id: first.id,
      task: 'B',
      payload: [1, 2],
      max_attempts: 25,
      state: 'scheduled',
    })
    const third = await add(`'C', '[3]', job_key => 'k', job_key_mode => 'preserve_run_at'`)
    expect(third).toMatchObject({ id: first.id, task: 'C', payload: [1, 2, 3], run_at: second.run_at })
    const fourth = await add(`'D', '[4]', job_key => 'k', job_key_mode => 'unsafe_dedupe'`)
    expect(fourth).toEqual(third)
    expect(await jobs()).toEqual([fourth])
  })

  test('unsafe_dedupe answers with a running job too', async () => {
    const { id } = await add(`'A', job_key => 'k'`)
    const worker = await engine().worker()
    await engine().claim(worker)
    const row = await add(`'A', job_key => 'k', job_key_mode => 'unsafe_dedupe'`)
    expect(row).toMatchObject({ id, state: 'running', worker_id: worker, key: 'k' })
  })

  test('unsafe_dedupe schedules when the job that has the key ends in that instant', async () => {
    const held = await holdSchedules()
    const { id } = await add(`'A', job_key => 'k'`)
    const worker = await engine().worker()
    const claimed = await engine().claim(worker)
    const adding = held.during(
      `select * from background.add_job('A', job_key => 'k', job_key_mode => 'unsafe_dedupe')`,
    )
    await held.until()
    expect(await engine().complete(worker, claimed, {}, closingOf(...claimed))).toEqual([id])
    await held.go()
    const row = await adding
    expect(row).toMatchObject({ task: 'A', key: 'k', state: 'available' })
    expect(await jobs()).toEqual([row])
  })

  test('1,500 concurrent calls under five keys lose none and duplicate none', async () => {
    const clients = Array.from({ length: 15 }, () => new pg.Client(engine().url))
    await Promise.all(clients.map(client => client.connect()))
    onTestFinished(async () => void (await Promise.all(clients.map(client => client.end()))))
    const rows = await Promise.all(
      Array.from({ length: 1_500 }, async (_, n) => {
        const call = `select id from background.add_job('A', $1, job_key => $2)`
        return (await clients[n % 15]?.query(call, [`[${n}]`, `k${n % 5}`]))?.rows[0]?.id
      }),
    )
    expect(new Set(rows).size).toBe(5)
    const items = (await engine().column('select payload from background.job')) as number[][]
    expect(items.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 1_500 }, (_, n) => n))
  })
})

const TEXT = 'text of 1 to 128 characters, without control characters'
const LONG = `repeat('x', 129)`

/** What is wrong, and what is said of it. */
const WRONG: readonly (readonly [args: string, message: string, hint: string])[] = [
  ['null', 'identifier is null', `identifier is ${TEXT}`],
  [`''`, 'identifier is ""', `identifier is ${TEXT}`],
  [LONG, 'identifier is text of 129 characters', `identifier is ${TEXT}`],
  [`E'a\\nb'`, 'identifier is "a\\nb"', `identifier is ${TEXT}`],
  [`'A', queue_name => ''`, 'queue_name is ""', `queue_name is ${TEXT}`],
  [`'A', queue_name => ${LONG}`, 'queue_name is text of 129 characters', `queue_name is ${TEXT}`],
  [
    `'A', job_key => ''`,
    'job_key is ""',
    'job_key is text of 1 to 512 characters, without control characters',
  ],
  [
    `'A', job_key => repeat('x', 513)`,
    'job_key is text of 513 characters',
    'job_key is text of 1 to 512 characters, without control characters',
  ],
  [`'A', max_attempts => 0`, 'max_attempts is 0', 'max_attempts is a whole number from 1 to 32767'],
  [`'A', max_attempts => 32768`, 'max_attempts is 32768', 'max_attempts is a whole number from 1 to 32767'],
  [`'A', priority => 32768`, 'priority is 32768', 'priority is a whole number from -32768 to 32767'],
  [`'A', priority => -32769`, 'priority is -32769', 'priority is a whole number from -32768 to 32767'],
  [`'A', run_at => 'infinity'`, 'run_at is infinity', 'run_at is a time in the years 1 to 9999'],
  [`'A', run_at => '-infinity'`, 'run_at is -infinity', 'run_at is a time in the years 1 to 9999'],
  [
    `'A', job_key => 'k', job_key_mode => 'merge'`,
    'job_key_mode is "merge"',
    'job_key_mode is one of replace, preserve_run_at, unsafe_dedupe',
  ],
  [
    `'A', job_key_mode => 'merge'`,
    'job_key_mode is "merge"',
    'job_key_mode is one of replace, preserve_run_at, unsafe_dedupe',
  ],
  [
    `'A', flags => array['a', null]`,
    'a word in flags is null',
    'a word in flags is text of 1 to 64 characters, without control characters',
  ],
  [
    `'A', flags => array[repeat('x', 65)]`,
    'a word in flags is text of 65 characters',
    'a word in flags is text of 1 to 64 characters, without control characters',
  ],
  [
    `'A', flags => array(select 'f' || n from generate_series(1, 17) n)`,
    'flags has 17 elements',
    'flags is an array of at most 16 words',
  ],
  [
    `'A', to_json(repeat('x', 1048575))`,
    'payload takes 1048577 bytes as JSON, the limit is 1048576',
    'store the data elsewhere and pass its id',
  ],
  [
    `'A', '{"a":"\\u0000"}'`,
    'payload has a NUL character or half a surrogate pair',
    'take it out, or pass it as base64',
  ],
  [
    `'A', '["\\\\\\u0000"]'`,
    'payload has a NUL character or half a surrogate pair',
    'take it out, or pass it as base64',
  ],
  [
    `'A', '"\\ud83d"'`,
    'payload has a NUL character or half a surrogate pair',
    'take it out, or pass it as base64',
  ],
  [
    `'A', '"\\ude00\\ud83d"'`,
    'payload has a NUL character or half a surrogate pair',
    'take it out, or pass it as base64',
  ],
]

describe('what cannot be a job', () => {
  test.each(WRONG)('add_job(%s): %s', async (args, message, hint) => {
    await expect(add(args)).rejects.toMatchObject({ code: 'KB001', message, hint })
    expect(await jobs()).toEqual([])
    expect(await engine().value('select count(*)::int from background.lane')).toBe(0)
  })

  test('NUL never gets as far as us', async () => {
    await expect(add('$1', ['a\0b'])).rejects.toMatchObject({ code: '22021' })
  })

  test('payload that is no JSON, neither', async () => {
    await expect(add(`'A', 'yes'`)).rejects.toMatchObject({ code: '22P02' })
  })

  test.each([
    [`'A', '"\\ud83d\\ude00\\\\u0000"'`, 'whole pairs and an escaped backslash'],
    [`'A', to_json(repeat('x', 1048574))`, 'a payload of exactly the limit'],
    [`repeat('x', 128), queue_name => repeat('x', 128), job_key => repeat('x', 512)`, 'the longest names'],
    [`repeat('漢', 128)`, 'characters that take several bytes'],
    [`'A', priority => -32768, max_attempts => 32767`, 'the outermost numbers'],
    [`'A', flags => '{}'`, 'no flags'],
  ])('add_job(%s) is fine: %s', async args => {
    await add(args)
    expect((await jobs()).length).toBe(1)
  })

  test('it can be caught, and leaves nothing', async () => {
    await engine().query(`do $$ begin
      begin
        perform background.add_job('A');
        perform background.add_job('');
      exception when sqlstate 'KB001' then null;
      end;
      perform background.add_job('B');
    end $$`)
    expect(await engine().column('select task from background.job')).toEqual(['B'])
  })
})

describe('add_jobs', () => {
  const addMany = (specs: string, more = '') =>
    engine().query<Added>(`select * from background.add_jobs(array[${specs}]::background.job_spec[]${more})`)
  const spec = (task: string, queue = 'null', key = 'null') =>
    `('${task}', '{"n":"${task}"}', ${queue}, null, null, ${key}, null, null)`

  test('answers in the order in which jobs were given, whatever their tasks and queues', async () => {
    const specs = Array.from({ length: 40 }, (_, n) =>
      spec(`T${(n * 7) % 5}`, n % 2 ? `'q${n % 3}'` : 'null'),
    )
    const rows = await addMany(specs.join())
    expect(rows.map(row => row.task)).toEqual(specs.map((_, n) => `T${(n * 7) % 5}`))
    expect(rows.map(row => Number(row.id))).toEqual(rows.map((_, n) => Number(rows[0]?.id) + n))
    expect(await jobs()).toEqual(rows)
  })

  test('one key may come twice: the second replaces the first', async () => {
    const rows = await addMany(`${spec('A', 'null', `'k'`)}, ${spec('B')}, ${spec('C', 'null', `'k'`)}`)
    expect(rows.map(row => row.task)).toEqual(['C', 'B', 'C'])
    expect(rows[0]).toEqual(rows[2])
    expect((await jobs()).map(job => job.task)).toEqual(['C', 'B'])
  })

  test('may leave the time of jobs that wait', async () => {
    const first = await add(`'A', job_key => 'k', run_at => now() + interval '1 hour'`)
    const [kept] = await addMany(spec('B', 'null', `'k'`), ', true')
    expect(kept).toMatchObject({ id: first.id, task: 'B', run_at: first.run_at })
    const [moved] = await addMany(spec('B', 'null', `'k'`), ', job_key_preserve_run_at => false')
    expect(moved).toMatchObject({ id: first.id, state: 'available' })
  })

  test('takes all or none, and says which is wrong', async () => {
    await expect(addMany(`${spec('A')}, ${spec('')}`)).rejects.toMatchObject({
      ...{ code: 'KB001', message: 'specs[2].identifier is ""' },
      hint: `specs[2].identifier is ${TEXT}`,
    })
    await expect(addMany(`${spec('A')}, null`)).rejects.toMatchObject({
      message: 'specs[2].identifier is null',
    })
    expect(await jobs()).toEqual([])
  })

  test('takes none', async () => {
    expect(await addMany('')).toEqual([])
    expect(await engine().query('select * from background.add_jobs(null)')).toEqual([])
  })

  test('takes what JSON makes of it', async () => {
    const list = JSON.stringify([
      { identifier: 'A', payload: { a: 1 }, flags: ['x'] },
      { identifier: 'B', priority: 5 },
    ])
    const rows = await engine().query(
      'select * from background.add_jobs(array(select s from json_populate_recordset(null::background.job_spec, $1) s))',
      [list],
    )
    expect(rows).toMatchObject([
      { task: 'A', payload: { a: 1 }, flags: ['x'] },
      { task: 'B', priority: 5 },
    ])
  })

  test('takes 50,000 keys at once, and the same again', async () => {
    const call = `select count(distinct id)::int from background.add_jobs(array(
      select ('A', null, null, null, null, 'key ' || n, null, null)::background.job_spec from generate_series(1, 50000) n))`
    expect(await engine().value(call)).toBe(50_000)
    expect(await engine().value(call.replace('50000', '500'))).toBe(500)
    expect(await engine().value('select count(*)::int from background.job')).toBe(50_000)
  })

  test('two that take the same keys in another order do not lock each other out', async () => {
    const keys = Array.from({ length: 50 }, (_, n) => `k${n}`)
    const specs = (names: readonly string[]) => names.map(key => spec('A', 'null', `'${key}'`)).join()
    await Promise.all(Array.from({ length: 8 }, (_, n) => addMany(specs(n % 2 ? keys : [...keys].reverse()))))
    expect((await jobs()).length).toBe(50)
  })
})

describe('triggers', () => {
  test('a job for each row that is inserted', async () => {
    await engine().query(`
      create table app_user (id int primary key, email text);
      create function send_welcome() returns trigger language plpgsql as $$
      begin
        perform background.add_job('send_welcome', json_build_object('id', new.id), job_key => 'welcome:' || new.id);
        return new;
      end $$;
      create trigger welcome after insert on app_user for each row execute procedure send_welcome();
      insert into app_user select n, n || '@example.com' from generate_series(1, 3) n`)
    expect(await jobs()).toMatchObject([1, 2, 3].map(id => ({ task: 'send_welcome', payload: { id } })))
  })

  test('one function for the triggers of many tables, told by its arguments what to do', async () => {
    await engine().query(`
      create table pet (id int primary key, name text);
      create table owner (id int primary key, name text);
      create function trigger_job() returns trigger language plpgsql as $$
      begin
        perform background.add_job(tg_argv[0], json_build_object(
          'schema', tg_table_schema, 'table', tg_table_name, 'op', tg_op, 'old', row_to_json(old), 'new', row_to_json(new)),
          queue_name => tg_argv[1]);
        return coalesce(new, old);
      end $$;
      create trigger job after insert or update or delete on pet for each row execute procedure trigger_job('index_pet');
      create trigger job after insert or delete on owner for each row execute procedure trigger_job('index_owner', 'owners');
      insert into pet values (1, 'Rex'); update pet set name = 'Max'; delete from pet; insert into owner values (1, 'Ann')`)
    const rex = { id: 1, name: 'Rex' }
    const max = { id: 1, name: 'Max' }
    const pet = { task: 'index_pet', queue: null }
    expect(await jobs()).toMatchObject([
      { ...pet, payload: { schema: 'public', table: 'pet', op: 'INSERT', old: null, new: rex } },
      { ...pet, payload: { op: 'UPDATE', old: rex, new: max } },
      { ...pet, payload: { op: 'DELETE', old: max, new: null } },
      { task: 'index_owner', queue: 'owners', payload: { table: 'owner', op: 'INSERT' } },
    ])
  })
})

describe('rights', () => {
  /** A session of a role that was granted nothing but these. */
  async function sessionOf(...grants: string[]): Promise<pg.Client> {
    const role = `enqueuer_${process.pid}_${Math.random().toString(36).slice(2)}`
    await engine().query(`create role ${role}; grant usage on schema background to ${role}`)
    for (const grant of grants) await engine().query(`grant ${grant} to ${role}`)
    const client = new pg.Client(engine().url)
    await client.connect()
    await client.query(`set role ${role}`)
    onTestFinished(async () => {
      await client.end()
      await engine().query(`drop owned by ${role}; drop role ${role}`)
    })
    return client
  }

  test('nobody may call a function who was not granted it', async () => {
    const client = await sessionOf()
    const functions = (await engine().column(
      `select oid::regprocedure::text from pg_proc where pronamespace = 'background'::regnamespace`,
    )) as string[]
    expect(functions.length).toBeGreaterThan(20)
    const granted = await client.query(
      `select oid::regprocedure::text from pg_proc
        where pronamespace = 'background'::regnamespace and has_function_privilege(oid, 'execute')`,
    )
    expect(granted.rows).toEqual([])
    await expect(client.query(`select background.add_job('A')`)).rejects.toMatchObject({ code: '42501' })
  })

  test('who may add jobs can do just that', async () => {
    const client = await sessionOf(
      'execute on function background.add_job',
      'execute on function background.add_jobs',
    )
    await client.query(`select background.add_job('A', job_key => 'k', flags => '{x}')`)
    await client.query(
      `select background.add_jobs(array[('B', null, null, null, null, null, null, null)::background.job_spec])`,
    )
    expect((await jobs()).map(job => job.task)).toEqual(['A', 'B'])
    for (const text of ['select * from background.job', `select background.remove_job('k')`])
      await expect(client.query(text)).rejects.toMatchObject({ code: '42501' })
  })

  test('what a caller has in its search path is not called in the name of the owner', async () => {
    const client = await sessionOf('execute on function background.add_job')
    await client.query(
      `create function pg_temp.now() returns timestamptz language plpgsql as $$ begin raise 'hijacked'; end $$`,
    )
    await client.query(
      `create function pg_temp.length(text) returns int language plpgsql as $$ begin raise 'hijacked'; end $$`,
    )
    await client.query('set search_path = pg_temp, pg_catalog, background')
    await client.query(`select background.add_job('A')`)
    expect((await jobs()).length).toBe(1)
    const unpinned = await engine().column(`
      select oid::regprocedure::text from pg_proc
       where pronamespace = 'background'::regnamespace and prosecdef
         and not coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'`)
    expect(unpinned).toEqual([])
  })
})
