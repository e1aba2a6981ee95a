import type { Command } from 'commander'
import { addGroup } from '../../../group.ts'
import { addWorkersLs } from './ls.ts'
import { addWorkersQuiet } from './quiet.ts'
import { addWorkersResume } from './resume.ts'
import { addWorkersStop } from './stop.ts'

/** Adds `ks bg workers`. */
export function addWorkers(parent: Command): void {
  addGroup(parent, {
    name: 'workers',
    summary: 'look at workers and tell them what to do',
    commands: [addWorkersLs, addWorkersQuiet, addWorkersResume, addWorkersStop],
  })
}
