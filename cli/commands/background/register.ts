import type { Command } from 'commander'
import { EXIT_HELP } from '../../exit-codes.ts'
import { refuseRemote } from '../../remote.ts'
import { addCompletionScripts } from '../completion.ts'
import { addBench } from './bench.ts'
import { addCancel } from './cancel.ts'
import { addCheck } from './check.ts'
import { addCron } from './cron/register.ts'
import { addDashboard } from './dashboard.ts'
import { addDelete } from './delete.ts'
import { addDev } from './dev.ts'
import { addDiscard } from './discard.ts'
import { addDoctor } from './doctor.ts'
import { addEdit } from './edit.ts'
import { addForget } from './forget.ts'
import { addKeys } from './keys/register.ts'
import { addList } from './list.ts'
import { addLogs } from './logs.ts'
import { addMigrate } from './migrate.ts'
import { addNew } from './new.ts'
import { addPrune } from './prune.ts'
import { addQueues } from './queues/register.ts'
import { addReplay } from './replay.ts'
import { addRetry } from './retry.ts'
import { addRun } from './run.ts'
import { addSchedule } from './schedule.ts'
import { addShow } from './show.ts'
import { addStart } from './start.ts'
import { addStats } from './stats.ts'
import { addTasks } from './tasks/register.ts'
import { addTop } from './top.ts'
import { addTypes } from './types.ts'
import { addWait } from './wait.ts'
import { addWhy } from './why.ts'
import { addWorkers } from './workers/register.ts'

/** The commands of the group, in the order in which help lists them. They load their code when they are called. */
const COMMANDS = [
  ...[addStart, addDev, addDashboard, addSchedule],
  ...[addList, addShow, addLogs, addWhy, addWait, addStats, addTop],
  ...[addCheck, addDoctor, addBench],
  ...[addRetry, addCancel, addDiscard, addDelete, addForget],
  ...[addEdit, addReplay, addRun, addNew],
  addTypes,
  ...[addQueues, addWorkers, addCron, addTasks, addKeys, addPrune],
  ...[addMigrate, addCompletionScripts],
]

/** Adds the commands of background jobs. */
export function register(program: Command): void {
  const group = program
    .command('bg')
    .alias('background')
    .summary('run, schedule and look after background jobs')
    .description('Background jobs. Without a command: ks bg start, with its flags.')
    .addHelpText('after', `\n${EXIT_HELP}`)
    .hook('preAction', (_, command) => refuseRemote(command))
  for (const add of COMMANDS) add(group)
}
