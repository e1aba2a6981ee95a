import { VERSION } from '../../background/operator.ts'
import { VERBS } from '../access.ts'
import { readActivity } from '../readings/activity.ts'
import { readCron, readCrons } from '../readings/crons.ts'
import { readErrors } from '../readings/errors.ts'
import { readJob } from '../readings/job.ts'
import { readJobsCount, readJobsPage } from '../readings/jobs.ts'
import { readOverview } from '../readings/overview.ts'
import { readQueue, readQueues } from '../readings/queues.ts'
import { RANGE_NAMES } from '../readings/range.ts'
import { readSuggestions } from '../readings/suggestions.ts'
import { readTask, readTasks } from '../readings/tasks.ts'
import { readWorkers } from '../readings/workers.ts'
import { type Endpoint, reading } from './endpoint.ts'

const PAGE = { limit: 'how many at most, up to 100', cursor: 'where the page begins, as the one before said' }
const FILTER = { state: 'one state or several, between commas', q: 'a query, as ks bg list takes it' }

/** Everything that can be looked at. */
export const READINGS: readonly Endpoint[] = [
  reading({ path: '/api/meta', summary: 'Who asks, and what they may do' }, async ({ viewer }) => ({
    version: VERSION,
    role: viewer.role,
    actor: viewer.actor,
    verbs: VERBS.filter(verb => viewer.may(verb)),
  })),
  reading(
    {
      path: '/api/overview',
      summary: 'How everything stands, what is wrong first',
      query: { range: `for how long back: ${RANGE_NAMES.join(', ')}` },
    },
    readOverview,
  ),
  reading(
    { path: '/api/jobs', summary: 'Jobs, the newest first', query: { ...FILTER, ...PAGE } },
    readJobsPage,
  ),
  reading({ path: '/api/jobs/count', summary: 'How many jobs match', query: FILTER }, readJobsCount),
  reading({ path: '/api/jobs/:id', summary: 'Everything about one job' }, readJob),
  reading({ path: '/api/queues', summary: 'Queues by name', query: PAGE }, readQueues),
  reading({ path: '/api/queues/:name', summary: 'One queue' }, readQueue),
  reading({ path: '/api/tasks', summary: 'All tasks that anybody knows of' }, readTasks),
  reading({ path: '/api/tasks/:name', summary: 'One task, with the schema of its payload' }, readTask),
  reading({ path: '/api/errors', summary: 'Errors of jobs, those that are the same together' }, readErrors),
  reading({ path: '/api/crons', summary: 'Cron entries, when they are due and how they went' }, readCrons),
  reading({ path: '/api/crons/:name', summary: 'One cron entry' }, readCron),
  reading({ path: '/api/workers', summary: 'Workers, and what they run' }, readWorkers),
  reading(
    {
      path: '/api/activity',
      summary: 'Who has done what',
      query: { actor: 'only by them', action: 'only this: job.retry', target: 'only with this', ...PAGE },
    },
    readActivity,
  ),
  reading(
    {
      path: '/api/suggest',
      summary: 'Values for a field of a query',
      query: { field: 'task, queue, tag or worker', q: 'a part of them' },
    },
    readSuggestions,
  ),
]
