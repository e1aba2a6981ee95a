import type { Command } from 'commander'
import { addGroup } from '../../../group.ts'
import { addTasksLs } from './ls.ts'
import { addTasksShow } from './show.ts'

/** Adds `ks bg tasks`. */
export function addTasks(parent: Command): void {
  addGroup(parent, { name: 'tasks', summary: 'look at tasks', commands: [addTasksLs, addTasksShow] })
}
