import { AsyncLocalStorage } from 'node:async_hooks'
import { format, inspect, stripVTControlCharacters } from 'node:util'
import type { Middleware } from '../middleware.ts'
import type { TaskContext, TaskLog } from '../task-context.ts'

type Write = (...args: unknown[]) => void
type Method = 'log' | 'info' | 'debug' | 'warn' | 'error' | 'dir'

/** As which level of `log` each counts. The others of the console write with these, `table` and `trace` and all. */
const LEVELS: Readonly<Record<Method, keyof TaskLog>> = {
  ...{ log: 'info', info: 'info', dir: 'info' },
  ...{ debug: 'debug', warn: 'warn', error: 'error' },
}
const METHODS = Object.keys(LEVELS) as Method[]

/** The attempt whose code runs, across everything it waits for. */
const current = new AsyncLocalStorage<TaskContext | undefined>()
let users = 0
let originals: Partial<Pick<Console, Method>> = {}

/** Around an attempt: what is written to the console within it goes to the attempt's own log. */
export const consoleToLog: Middleware = { run: (context, next) => current.run(context, next) }

/**
 * From now on the console of this process leads to the log of the attempt that writes, and where none does, where it
 * always has. The answered function takes that back, once nobody else needs it.
 */
export function captureConsole(): () => void {
  if (users++ === 0) replace()
  let released = false
  return () => {
    if (released) return
    released = true
    if (--users === 0) Object.assign(console, originals)
  }
}

function replace(): void {
  originals = Object.fromEntries(METHODS.map(method => [method, console[method]]))
  for (const method of METHODS) console[method] = capturing(method, console[method] as Write)
}

function capturing(method: Method, original: Write): Write {
  return (...args) => {
    const context = current.getStore()
    if (!context) return original.apply(console, args)
    const text = method === 'dir' ? inspect(args[0], args[1] ?? {}) : format(...args)
    // a logger that writes to the console itself would come here again
    current.run(undefined, () => context.log[LEVELS[method]](stripVTControlCharacters(text)))
  }
}
