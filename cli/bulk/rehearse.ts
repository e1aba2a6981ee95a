import type { Job, Operator } from '../../background/operator.ts'
import { JOB_COLUMNS } from '../commands/background/job-columns.ts'
import { shownJobs } from '../commands/background/shown-jobs.ts'
import { EXIT } from '../exit-codes.ts'
import { count, print, printJson, say } from '../output.ts'
import { printTable } from '../table.ts'
import type { Selection } from './selection.ts'
import type { Verb } from './verb.ts'

const SHOWN = 10

interface Rehearsal {
  readonly selection: Selection
  /** The database, or the dashboard in front of it. */
  readonly place: string
  readonly json: boolean
}

/** Says what would be done, with which jobs; nothing is. */
export async function rehearse(
  verb: Verb,
  operator: Operator,
  { selection, place, json }: Rehearsal,
): Promise<void> {
  const { jobs } = operator
  const found =
    'ids' in selection
      ? await named(jobs, selection.ids)
      : await jobs.list({ ...selection.filter, limit: SHOWN }).then(page => page.jobs)
  const fit = found.filter(job => verb.possible.includes(job.state))
  const total = 'ids' in selection ? { count: fit.length, capped: false } : await jobs.count(selection.filter)
  if (fit.length < found.length || ('ids' in selection && found.length < selection.ids.length))
    process.exitCode = EXIT.failed
  const { count: number, capped } = total
  if (json)
    return printJson({ verb: verb.name, dryRun: true, count: number, capped, ids: fit.map(job => job.id) })
  for (const { id, state } of found.filter(job => !fit.includes(job)))
    say(`job ${id} is ${state}: it would stay as it is`)
  const more = capped ? 'more than ' : ''
  print(`would ${verb.name} ${more}${count(number)} job${number === 1 ? '' : 's'} in ${place}`)
  const shown = await shownJobs(fit.slice(0, SHOWN), operator)
  if (shown.length > 0) printTable(JOB_COLUMNS, shown)
  if (number > shown.length) say(`and ${count(number - shown.length)} more`)
}

/** Those that there are; of the others it is said. */
async function named(jobs: Operator['jobs'], ids: readonly string[]): Promise<Job[]> {
  const found: Job[] = []
  for (const id of ids) {
    const job = await jobs.get(id).catch(error => {
      if (error.code !== 'JOB_NOT_FOUND') throw error
      say(error.message)
    })
    if (job) found.push(job)
  }
  return found
}
