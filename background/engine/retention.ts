import type { Retention } from '../registry.ts'
import { plainArray, textArray } from './statement.ts'

/** The retention of the task in column `task`, in seconds; `first` is the number of the first of three parameters. */
export function keepOf(task: string, first: number): string {
  return `
coalesce((select own.keep from unnest($${first + 1}::text[], $${first + 2}::float8[]) as own (task, keep)
           where own.task = ${task}), $${first}::float8)`
}

export function retentionValues({ keep, byTask }: Retention): unknown[] {
  return [keep, textArray(Object.keys(byTask)), plainArray(Object.values(byTask))]
}
