import { DuplicateTask, UnknownTask } from './errors.ts'
import { rememberTasks, stampName } from './identity.ts'
import { type AnyTask, define, type TaskDefinition } from './task.ts'

/** The tasks that a process can run, by name. */
export interface Registry {
  /** All names, sorted. */
  readonly names: readonly string[]
  find(name: string): TaskDefinition | undefined
  /** @throws UnknownTask with the name that was probably meant. */
  get(name: string): TaskDefinition
}

/** How long finished jobs are kept, in seconds; 0 keeps nothing. */
export interface Retention {
  readonly keep: number
  /** For tasks that have a retention of their own, by name. */
  readonly byTask: Readonly<Record<string, number>>
}

/** The retention of every task: its own, or `keep` seconds. */
export function retentionOf(registry: Registry | undefined, keep: number): Retention {
  const byTask: Record<string, number> = {}
  for (const name of registry?.names ?? []) {
    const own = registry?.get(name).retention
    if (own !== undefined) byTask[name] = Math.ceil(own / 1_000)
  }
  return { keep, byTask }
}

/**
 * The registry of these tasks, each named by its key. The keys are stamped on the tasks, so that `schedule` knows
 * their names; a task that was given a name before must be under that name.
 *
 * @throws InvalidTaskFile for a value that is no task, DuplicateTask for names that differ only in case, InvalidOption
 * for a task that already has another name.
 * @example createRegistry({ SendEmail, 'billing/ChargeCard': ChargeCard })
 */
export function createRegistry(tasks: Readonly<Record<string, AnyTask>>): Registry {
  const definitions = new Map<string, TaskDefinition>()
  const spellings = new Map<string, string>()
  for (const name of Object.keys(tasks).sort()) {
    const spelling = name.toLowerCase()
    const twin = spellings.get(spelling)
    if (twin !== undefined) throw new DuplicateTask(name, [twin, name])
    spellings.set(spelling, name)
    definitions.set(name, define(tasks[name], name))
    stampName(tasks[name] as AnyTask, name)
  }
  rememberTasks(definitions.keys())
  return registryOf(definitions)
}

function registryOf(definitions: ReadonlyMap<string, TaskDefinition>): Registry {
  const names = [...definitions.keys()]
  return {
    names,
    find: name => definitions.get(name),
    get(name) {
      const definition = definitions.get(name)
      if (!definition) throw new UnknownTask(name, names)
      return definition
    },
  }
}
