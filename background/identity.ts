import { InvalidOption, InvalidTaskFile, UnnamedTask } from './errors.ts'

/**
 * Where a task carries its name. Registered symbols, so that a second copy of this package, and the code that the
 * compiler adds to task files, mean the same property.
 */
const nameKey: unique symbol = Symbol.for('kretes.task.name') as never
const knownKey: unique symbol = Symbol.for('kretes.tasks.known') as never

/** Task names by the name that their function has by nature; `null` where two tasks share it. */
type KnownTasks = Map<string, string | null>

const shared = globalThis as { [knownKey]?: KnownTasks }
shared[knownKey] ??= new Map()
const known = shared[knownKey]

/**
 * The name of a task: the one it was given by its file, by `task({ name })` or by its key in a registry.
 * The function's own name counts only when it is a known task's name, because bundlers change it.
 *
 * @throws UnnamedTask
 */
export function nameOf(task: object): string {
  return stampedName(task) ?? knownByFunctionName(task)
}

/** The name that `task` was given, if it was given one. */
export function stampedName(task: object): string | undefined {
  return (task as { [nameKey]?: string })[nameKey]
}

/**
 * Gives `task` its name. The first name stays: a task that was named before keeps that name.
 *
 * @throws InvalidOption when it already has another name; InvalidTaskFile when it is frozen.
 */
export function stampName(task: object, name: string): void {
  const stamped = stampedName(task)
  if (stamped === name) return
  if (stamped !== undefined) {
    const hint = `register it as ${stamped}; to rename it, change its file's name or the name given to task()`
    throw new InvalidOption(`the task ${stamped} cannot be named ${name} too`, hint)
  }
  if (Reflect.defineProperty(task, nameKey, { value: name })) return
  throw new InvalidTaskFile(
    name,
    'is frozen, so it cannot carry its name',
    'do not call Object.freeze on a task',
  )
}

/** Makes names known, so that a function which was never given a name is recognised by its own. */
export function rememberTasks(names: Iterable<string>): void {
  for (const name of names) {
    const functionName = name.slice(name.lastIndexOf('/') + 1)
    const other = known.get(functionName)
    known.set(functionName, other === undefined || other === name ? name : null)
  }
}

function knownByFunctionName(task: object): string {
  const functionName = typeof task === 'function' ? task.name : ''
  const name = known.get(functionName)
  if (name) return name
  throw new UnnamedTask(functionName)
}
