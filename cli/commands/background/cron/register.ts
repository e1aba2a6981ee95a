import type { Command } from 'commander'
import { addGroup } from '../../../group.ts'
import { addCronAdd } from './add.ts'
import { addCronChange } from './change.ts'
import { addCronLs } from './ls.ts'
import { addCronNext } from './next.ts'
import { addCronPause } from './pause.ts'
import { addCronRemove } from './remove.ts'
import { addCronResume } from './resume.ts'
import { addCronRun } from './run.ts'

/** Adds `ks bg cron`. */
export function addCron(parent: Command): void {
  const changes = [addCronRun, addCronPause, addCronResume, addCronAdd, addCronChange, addCronRemove]
  addGroup(parent, {
    name: 'cron',
    summary: 'look at recurring schedules and operate them',
    commands: [addCronLs, addCronNext, ...changes],
  })
}
