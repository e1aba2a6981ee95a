import type { Job, Operator } from '../../../background/operator.ts'
import { printJson, say } from '../../output.ts'
import type { RemoteOptions } from '../../remote.ts'
import { printTable } from '../../table.ts'
import { JOB_COLUMNS } from './job-columns.ts'
import { jobAsJson } from './job-json.ts'
import { shownJobs } from './shown-jobs.ts'
import { withOperator } from './with-operator.ts'

export interface ListOptions extends RemoteOptions {
  readonly limit?: number
  readonly cursor?: string
}

/** Each looks at 10,000 jobs: after so many without enough matches it is better to ask than to go on. */
const MOST_PAGES = 10
const LIMIT = 50

/** What `ks bg list` does. */
export async function runList(where: string, options: ListOptions): Promise<void> {
  const { jobs, cursor } = await withOperator(options, async operator => {
    const found = await search(operator, where, options)
    return { ...found, jobs: await shownJobs(found.jobs, operator) }
  })
  if (options.json) return printJson({ jobs: jobs.map(jobAsJson), cursor: cursor ?? null })
  if (jobs.length > 0) printTable(JOB_COLUMNS, jobs)
  else say(where === '' ? 'no jobs' : 'no job fits')
  if (cursor !== undefined) say(`older ones: --cursor ${cursor}`)
}

async function search({ jobs }: Operator, where: string, { limit = LIMIT, cursor }: ListOptions) {
  const found: Job[] = []
  let next = cursor
  for (let page = 0; page < MOST_PAGES; page++) {
    const more = await jobs.list({ where, limit: limit - found.length, cursor: next })
    found.push(...more.jobs)
    next = more.cursor
    if (next === undefined || found.length === limit) break
  }
  return { jobs: found, cursor: next }
}
