import { type LoadedTasks, writeTaskTypes } from '../../background/operator.ts'
import { isProduction } from '../../framework/environment.ts'

/**
 * In development, keeps `types/tasks.d.ts` up to date; while a task cannot be loaded, it stays as it was. A place
 * where nothing can be written has its jobs run all the same.
 */
export function keepTypes(root: string, { tasks, problems }: LoadedTasks): void {
  if (isProduction() || problems.some(({ severity }) => severity === 'error')) return
  try {
    writeTaskTypes(root, tasks)
  } catch {
    // the types are for the next compilation, not for this run
  }
}
