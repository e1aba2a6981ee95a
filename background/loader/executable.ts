import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { after } from '../../framework/clock.ts'
import { processEnvironment } from '../../framework/environment.ts'
import { messageOf } from '../../framework/errors.ts'
import { BackgroundError } from '../errors.ts'
import { snooze } from '../outcome.ts'
import type { Task } from '../task.ts'
import type { TaskContext } from '../task-context.ts'

/** What `sysexits.h` calls EX_TEMPFAIL: not now, later. */
const TRY_LATER = 75
const LATER = '1m'
/** After SIGTERM, and before the worker gives up waiting for a task that does not listen. */
const KILL_AFTER_MS = 900

/** How a program ended. */
interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * The task that runs the program `file`, with the payload as JSON on its standard input and the facts of the job in
 * its environment. What it writes is logged. Exit code 0 completes the job, 75 snoozes it, any other fails the attempt.
 */
export function executableTask(file: string, cwd: string): Task {
  return async (payload: unknown, context) => {
    context.signal.throwIfAborted()
    // a process group of its own: what the program has started is ended with it, and Ctrl-C is left to the worker
    const child = spawn(file, [], { cwd, detached: true, env: environmentOf(context) })
    const stop = endOnAbort(child, context.signal)
    try {
      child.stdin.on('error', () => {}) // it need not read
      child.stdin.end(JSON.stringify(payload))
      const [end, , lastWords] = await Promise.all([
        endOf(child, context.task),
        logLines(child.stdout, line => context.log.info(line)),
        logLines(child.stderr, line => context.log.error(line)),
      ])
      judge(end, context, lastWords)
    } finally {
      stop()
    }
  }
}

function environmentOf(context: TaskContext): NodeJS.ProcessEnv {
  return {
    ...processEnvironment(),
    KRETES_JOB_ID: context.id,
    KRETES_JOB_TASK: context.task,
    KRETES_JOB_QUEUE: context.queue ?? '',
    KRETES_JOB_ATTEMPT: String(context.attempt),
    KRETES_JOB_MAX_ATTEMPTS: String(context.maxAttempts),
    KRETES_JOB_CRASHES: String(context.crashes),
    KRETES_JOB_SCHEDULED_AT: context.scheduledAt.toISOString(),
    KRETES_JOB_RUN_AT: context.runAt.toISOString(),
  }
}

function endOf(child: ChildProcess, task: string): Promise<End> {
  return new Promise((resolve, reject) => {
    child.once('error', error => reject(notStarted(task, error)))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}

/** Answers with the last line. */
async function logLines(stream: Readable, log: (line: string) => void): Promise<string> {
  let last = ''
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue
    log(line)
    last = line
  }
  return last
}

/** The returned function is for a program that has ended. */
function endOnAbort(child: ChildProcess, signal: AbortSignal): () => void {
  let relent = () => {}
  const end = () => {
    kill(child, 'SIGTERM')
    relent = after(KILL_AFTER_MS, () => kill(child, 'SIGKILL'))
  }
  signal.addEventListener('abort', end, { once: true })
  return () => {
    signal.removeEventListener('abort', end)
    relent()
  }
}

function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // it has ended in this instant
  }
}

function judge({ code, signal }: End, context: TaskContext, lastWords: string): void {
  if (code === 0) return
  if (code === TRY_LATER) snooze(LATER)
  context.signal.throwIfAborted()
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
  throw new BackgroundError(`${context.task} ${how}${lastWords && `: ${lastWords}`}`, {
    code: 'EXECUTABLE_FAILED',
    hint: 'all that it wrote to standard error is in the log of the worker',
  })
}

function notStarted(task: string, cause: Error): BackgroundError {
  return new BackgroundError(`${task} cannot be started: ${messageOf(cause)}`, {
    code: 'EXECUTABLE_FAILED',
    hint: 'its first line has to name a program that is there, such as #!/bin/sh',
    cause,
  })
}
