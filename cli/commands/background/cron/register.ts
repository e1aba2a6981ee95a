import type { Command } from 'commander'
import { addGroup } from '../../../group.ts'
import { addCronLs } from './ls.ts'
import { addCronNext } from './next.ts'

/** Adds `ks bg cron`. */
export function addCron(parent: Command): void {
  addGroup(parent, {
    name: 'cron',
    summary: 'look at recurring schedules',
    commands: [addCronLs, addCronNext],
  })
}
