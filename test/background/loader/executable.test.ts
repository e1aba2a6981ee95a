import { chmod } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { executableTask } from '../../../background/loader/executable.ts'
import { loadTasks } from '../../../background/loader/load.ts'
import { CancelJob, outcomeOfError } from '../../../background/outcome.ts'
import type { TaskContext } from '../../../background/task-context.ts'
import { type AppFiles, appOf } from '../../support/app-files.ts'
import { eventually } from '../../support/eventually.ts'

const windows = process.platform === 'win32'

async function programs(files: Record<string, string>): Promise<AppFiles> {
  const app = await appOf(files)
  for (const name of Object.keys(files)) await chmod(app.path(name), 0o755)
  return app
}

/** The program of a shell script, in an app of its own, with what it has logged. */
async function script(text: string, facts: Partial<TaskContext> = {}) {
  const app = await programs({ 'tasks/SendFax': `#!/bin/sh\n${text}\n` })
  const logged: string[] = []
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  const context = {
    ...{ id: '7', task: 'SendFax', queue: undefined, attempt: 1, maxAttempts: 25, crashes: 0 },
    scheduledAt: new Date('2026-01-01T00:00:00Z'),
    runAt: new Date('2026-01-02T00:00:00Z'),
    signal: controller.signal,
    log: {
      info: (line: string) => void logged.push(`info ${line}`),
      error: (line: string) => void logged.push(`error ${line}`),
    },
    ...facts,
  } as TaskContext
  const task = executableTask(app.path('tasks/SendFax'), app.root)
  return { app, logged, controller, run: async (payload: unknown = {}) => task(payload, context) }
}

const gone = (pid: number) => {
  try {
    return process.kill(pid, 0) && false
  } catch {
    return true
  }
}

test.skipIf(windows)('gets the payload as JSON, and what it writes is logged', async () => {
  const { run, logged } = await script('cat; echo; echo "to the end" >&2; printf "no newline"')
  await expect(run({ to: 'ann', items: [1, 'ż'] })).resolves.toBeUndefined()
  expect(logged.filter(line => line.startsWith('info'))).toEqual([
    'info {"to":"ann","items":[1,"ż"]}',
    'info no newline',
  ])
  expect(logged).toContain('error to the end')
})

test.skipIf(windows)('knows the facts of its job, and runs in the directory of the app', async () => {
  const { run, logged, app } = await script('env | grep ^KRETES_JOB_ | sort; pwd; echo $PATH', {
    queue: 'fax',
    attempt: 3,
  })
  await run()
  expect(logged).toEqual([
    'info KRETES_JOB_ATTEMPT=3',
    'info KRETES_JOB_CRASHES=0',
    'info KRETES_JOB_ID=7',
    'info KRETES_JOB_MAX_ATTEMPTS=25',
    'info KRETES_JOB_QUEUE=fax',
    'info KRETES_JOB_RUN_AT=2026-01-02T00:00:00.000Z',
    'info KRETES_JOB_SCHEDULED_AT=2026-01-01T00:00:00.000Z',
    'info KRETES_JOB_TASK=SendFax',
    `info ${app.root}`,
    `info ${process.env.PATH}`,
  ])
})

test.skipIf(windows)('need not read its payload, however long that is', async () => {
  const { run } = await script('exit 0')
  await expect(run({ text: 'x'.repeat(1_000_000) })).resolves.toBeUndefined()
})

test.skipIf(windows)('any exit code but 0 and 75 fails the attempt, with its last words', async () => {
  const { run } = await script('echo one >&2; echo "line busy" >&2; exit 3')
  await expect(run()).rejects.toMatchObject({
    code: 'EXECUTABLE_FAILED',
    message: 'SendFax ended with exit code 3: line busy',
  })
  const crashed = await script('kill -SEGV $$')
  await expect(crashed.run()).rejects.toMatchObject({ message: 'SendFax was ended by SIGSEGV' })
})

test.skipIf(windows)('exit code 75 snoozes the job', async () => {
  const { run } = await script('exit 75')
  const outcome = outcomeOfError(await run().catch(error => error))
  expect(outcome).toEqual({ kind: 'snoozed', ms: 60_000 })
})

test.skipIf(windows)('a program that cannot be started fails the attempt', async () => {
  const app = await programs({ 'tasks/Lost': '#!/no/such/interpreter\n' })
  const { run } = await script('')
  expect(await run()).toBeUndefined()
  const lost = executableTask(app.path('tasks/Lost'), app.root)
  const context = {
    task: 'Lost',
    signal: new AbortController().signal,
    scheduledAt: new Date(0),
    runAt: new Date(0),
  } as TaskContext
  await expect(lost({}, context)).rejects.toMatchObject({
    code: 'EXECUTABLE_FAILED',
    message: expect.stringMatching(/^Lost cannot be started: .*ENOENT/),
    hint: expect.stringContaining('#!/bin/sh'),
  })
})

test.skipIf(windows)('an abort ends the program and whatever it has started', async () => {
  const { run, logged, controller } = await script('sleep 60 & echo $!; echo $$; wait')
  const running = run()
  await eventually(() => logged.length === 2)
  const reason = new CancelJob('no longer wanted')
  controller.abort(reason)
  await expect(running).rejects.toBe(reason)
  const pids = logged.map(line => Number(line.replace('info ', '')))
  await eventually(() => pids.every(gone))
})

test.skipIf(windows)('one that does not listen is killed', async () => {
  const { run, logged, controller } = await script(`trap '' TERM; echo $$; while :; do sleep 0.1; done`)
  const running = run()
  await eventually(() => logged.length === 1)
  controller.abort(new Error('time is up'))
  await expect(running).rejects.toThrow('time is up')
  await eventually(() => gone(Number(logged[0]?.replace('info ', ''))))
})

test.skipIf(windows)('one that finishes its work when it is told to stop has completed', async () => {
  const { run, logged, controller } = await script(
    `trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done`,
  )
  const running = run()
  await eventually(() => logged.length === 1)
  controller.abort(new Error('time is up'))
  await expect(running).resolves.toBeUndefined()
})

test.skipIf(windows)('is loaded like other tasks where programs count, and nowhere else', async () => {
  const app = await programs({
    'tasks/SendFax.sh': '#!/bin/sh\nexit 0\n',
    'tasks/mail/Print': '#!/bin/sh\nexit 0\n',
  })
  await app.write('tasks/SendEmail.ts', 'export default async () => {}')
  await app.write('tasks/Letter.txt', 'Dear Ann')
  const place = { root: app.root, directory: 'tasks' }
  expect((await loadTasks(place)).registry.names).toEqual(['SendEmail'])

  const { registry, tasks, problems } = await loadTasks({ ...place, executables: true })
  expect(problems).toEqual([])
  expect(registry.names).toEqual(['SendEmail', 'SendFax', 'mail/Print'])
  expect(tasks.map(({ name }) => name)).toEqual(['SendEmail', 'SendFax', 'mail/Print'])
  expect(registry.get('SendFax')).toMatchObject({ name: 'SendFax', maxAttempts: 25, queue: undefined })
})

test.skipIf(windows)('has to have a name of its own, in PascalCase', async () => {
  const app = await programs({
    'tasks/SendFax.sh': '#!/bin/sh\n',
    'tasks/send_fax.py': '#!/usr/bin/env python3\n',
    'tasks/_common.sh': '#!/bin/sh\n',
  })
  await app.write('tasks/SendFax.ts', 'export default async () => {}')
  const { registry, problems } = await loadTasks({ root: app.root, directory: 'tasks', executables: true })
  expect(registry.names).toEqual([])
  expect(problems).toMatchObject([
    { severity: 'error', message: 'the task name SendFax is taken by tasks/SendFax.sh and tasks/SendFax.ts' },
    { severity: 'error', message: 'the task name SendFax is taken by tasks/SendFax.ts and tasks/SendFax.sh' },
    {
      severity: 'warning',
      file: 'tasks/send_fax.py',
      hint: expect.stringContaining('rename it to SendFax.py'),
    },
  ])
})
