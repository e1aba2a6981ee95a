import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Background, runOnce } from '../../../background/index.ts'
import { runOptionNames } from '../../../background/run-options.ts'
import { createLogger } from '../../../framework/logger.ts'
import { freshDatabase, useDatabase } from '../../support/database.ts'
import { guideOf } from '../../support/guide.ts'
import { readPage, tableRows } from '../../support/markdown.ts'

const database = useDatabase()
const page = readPage('docs/guides/from-graphile-worker.md')
const [wrapper, ...moving] = page.blocks.filter(({ language }) => language === 'sql').map(({ code }) => code)

/** What another job queue leaves behind: the columns that are read. */
const THEIRS = `
create schema graphile_worker;
create table graphile_worker._private_tasks (id int, identifier text);
create table graphile_worker._private_job_queues (id int, queue_name text);
create table graphile_worker._private_jobs (
  id bigint, job_queue_id int, task_id int, payload json, priority smallint, run_at timestamptz, attempts smallint,
  max_attempts smallint, last_error text, key text, flags jsonb);
insert into graphile_worker._private_tasks values (1, 'send_email'), (2, 'index');
insert into graphile_worker._private_job_queues values (7, 'mail');
insert into graphile_worker._private_jobs values
  (1, 7, 1, '{"to":"ann"}', -5, '2020-01-01Z', 0, 25, null, 'k', null),
  (2, null, 2, '[1]', 0, '2099-01-01Z', 3, 25, 'no disk', null, '{"a":true,"b":true}'),
  (3, null, 2, '{}', 0, '2020-01-01Z', 4, 4, 'no paper', 'dead', null)`

/** What there is to miss: functions of SQL and of the library, options, what tasks get, flags, environment. */
const THEIR_NAMES = `
add_job add_jobs remove_job complete_jobs permanently_fail_jobs reschedule_jobs force_unlock_workers
task_identifier queue_name attempts last_error locked_at locked_by is_available updated_at revision
run runOnce runMigrations runTaskList runTaskListOnce makeWorkerUtils addJobAdhoc quickAddJob getTasks getCronItems
parseCrontab parseCronItems parseCronItem Logger consoleLogFactory WorkerPreset LocalQueueModes isValidTask
stop kill promise events gracefulShutdown forcefulShutdown nudge release migrate addJob addJobs completeJobs
permanentlyFailJobs rescheduleJobs forceUnlockWorkers cleanup withPgClient job_spec attempts
CronItem match identifier backfillPeriod id fill max queue priority _cron ts backfilled batchJobErrors
init prebootstrap postbootstrap premigrate postmigrate migrationError startWorker stopWorker
bootstrap migrate poolGracefulShutdown poolForcefulShutdown poolWorkerPrematureExit
queueName runAt maxAttempts jobKey jobKeyMode flags jobKeyPreserveRunAt
connectionString pgPool maxPoolSize concurrentJobs pollInterval preparedStatements schema taskDirectory taskList crontabFile
parsedCronItems fileExtensions gracefulShutdownAbortTimeout useNodeTime minResetLockedInterval maxResetLockedInterval
getQueueNameBatchDelay logger localQueue completeJobBatchDelay failJobBatchDelay forbiddenFlags workerId noHandleSignals
helpers job query withRetries getQueueName abortSignal abortPromise
--once --schema-only --crontab --poll-interval --no-prepared-statements --cleanup plugins loadTaskFromFiles
--connection -c --schema -s --jobs -j --max-pool-size -m --config -C GC_TASK_IDENTIFIERS GC_JOB_QUEUES DELETE_PERMAFAILED_JOBS
GRAPHILE_WORKER_SCHEMA GRAPHILE_LOGGER_DEBUG GRAPHILE_WORKER_DEBUG GRAPHILE_ENABLE_DANGEROUS_LOGS NO_LOG_SUCCESS
GRAPHILE_WORKER_PAYLOAD_FORMAT GRAPHILE_WORKER_TASK_IDENTIFIER GRAPHILE_WORKER_JOB_ID
GRAPHILE_WORKER_JOB_KEY GRAPHILE_WORKER_JOB_ATTEMPTS GRAPHILE_WORKER_JOB_RUN_AT`

test('what waits moves over, and old callers can stay', async () => {
  await database().query(THEIRS)
  for (const statement of moving) await database().query(statement)
  await database().query('drop schema graphile_worker cascade')
  await database().query(wrapper as string)
  await database().query(
    `select graphile_worker.add_job('ping', queue_name := 'q', job_key_mode := 'replace')`,
  )
  const jobs = await database().query(
    'select task, payload, queue, state, attempt, max_attempts, key, priority, flags from background.jobs order by id',
  )
  expect(jobs).toEqual([
    {
      ...{ task: 'send_email', payload: { to: 'ann' }, queue: 'mail', state: 'available' },
      ...{ attempt: 0, max_attempts: 25, key: 'k', priority: -5, flags: null },
    },
    {
      ...{ task: 'index', payload: [1], queue: null, state: 'retryable' },
      ...{ attempt: 3, max_attempts: 25, key: null, priority: 0, flags: ['a', 'b'] },
    },
    {
      ...{ task: 'ping', payload: {}, queue: 'q', state: 'available' },
      ...{ attempt: 0, max_attempts: 25, key: null, priority: 0, flags: null },
    },
  ])
  expect(
    await database().query(`select task, state, key, error ->> 'message' as error from background.history`),
  ).toEqual([{ task: 'index', state: 'discarded', key: 'dead', error: 'no paper' }])
})

test('a file that keeps an old name for its task', async () => {
  const { root } = await guideOf('docs/guides/from-graphile-worker.md')
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  await database.query(`select background.add_job('send_email', '{"to":"ann@example.com"}')`)
  const logger = createLogger({ level: 'silent' })
  expect(await runOnce({ url: database.url, directory: join(root, 'tasks'), logger })).toMatchObject({
    completed: 1,
  })
})

test('nothing of theirs is left out', () => {
  const words = page.prose.match(/`[^`]+`/g)?.flatMap(code => code.match(/[\w-]+/g) ?? [])
  expect(words).toEqual(expect.arrayContaining(THEIR_NAMES.trim().split(/\s+/)))
})

test('what it says is here is here', async () => {
  const named = [...page.prose.matchAll(/`background\.(\w+)/g)].map(([, name]) => name)
  const known = await database().query(`
    select proname::text as name from pg_proc where pronamespace = 'background'::regnamespace
    union select relname from pg_class where relnamespace = 'background'::regnamespace`)
  expect(named.length).toBeGreaterThan(10)
  expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(named))
  for (const [, path = ''] of page.prose.matchAll(/`Background\.([\w.]+)/g)) {
    const found = path
      .split('.')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], Background)
    expect(found, path).toBeTypeOf('function')
  }
})

test('the options have the names they have', () => {
  const rows = tableRows(page.text.slice(page.text.indexOf('## Options')), 'there')
  const first = rows.map(([, here = '']) => /^(`\w+`(, )?)+/.exec(here)?.[0] ?? '')
  const names = first.flatMap(cell => cell.match(/\w+/g) ?? []).filter(name => name !== 'run')
  expect(names.length).toBeGreaterThan(10)
  expect(runOptionNames).toEqual(expect.arrayContaining(names))
})
