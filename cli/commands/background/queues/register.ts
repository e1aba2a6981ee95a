import type { Command } from 'commander'
import { addGroup } from '../../../group.ts'
import { addQueuesDrain } from './drain.ts'
import { addQueuesLimit } from './limit.ts'
import { addQueuesLs } from './ls.ts'
import { addQueuesPause } from './pause.ts'
import { addQueuesPurge } from './purge.ts'
import { addQueuesResume } from './resume.ts'

/** Adds `ks bg queues`. */
export function addQueues(parent: Command): void {
  const changes = [addQueuesPause, addQueuesResume, addQueuesLimit, addQueuesDrain, addQueuesPurge]
  addGroup(parent, {
    name: 'queues',
    summary: 'look at queues and operate them',
    commands: [addQueuesLs, ...changes],
  })
}
