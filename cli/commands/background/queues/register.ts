import type { Command } from 'commander'
import { addGroup } from '../../../group.ts'
import { addQueuesLs } from './ls.ts'

/** Adds `ks bg queues`. */
export function addQueues(parent: Command): void {
  addGroup(parent, { name: 'queues', summary: 'look at queues', commands: [addQueuesLs] })
}
