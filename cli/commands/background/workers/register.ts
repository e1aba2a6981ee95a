import type { Command } from 'commander'
import { addGroup } from '../../../group.ts'
import { addWorkersLs } from './ls.ts'

/** Adds `ks bg workers`. */
export function addWorkers(parent: Command): void {
  addGroup(parent, { name: 'workers', summary: 'look at workers', commands: [addWorkersLs] })
}
