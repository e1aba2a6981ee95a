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
