import { VERSION } from '../../background/operator.ts'
import { VERBS } from '../access.ts'
import { readActivity } from '../readings/activity.ts'
import { readCron, readCrons } from '../readings/crons.ts'
import { readEnd } from '../readings/end.ts'
import { readErrors } from '../readings/errors.ts'
import { readHealth } from '../readings/health.ts'
import { readJob } from '../readings/job.ts'
import { readJobsCount, readJobsPage } from '../readings/jobs.ts'
import { readOverview } from '../readings/overview.ts'
import { readQueue, readQueues } from '../readings/queues.ts'
import { RANGE_NAMES } from '../readings/range.ts'
import { readSeries } from '../readings/series.ts'
import { readStats, readTaskStats } from '../readings/stats.ts'
import { readSuggestions } from '../readings/suggestions.ts'
import { readTask, readTasks } from '../readings/tasks.ts'
import { readWorkers } from '../readings/workers.ts'
import { activityPage } from './answers/activity.ts'
import { cronReading, cronsReading } from './answers/crons.ts'
import { errorsReading } from './answers/errors.ts'
import { jobEnd, jobReading, jobsCount, jobsPage } from './answers/jobs.ts'
import {
  healthReading,
  meta,
  overviewReading,
  seriesReading,
  stats,
  suggestions,
  taskStats,
} from './answers/overview.ts'
import { queueReading, queuesPage } from './answers/queues.ts'
import { taskReading, tasksReading } from './answers/tasks.ts'
import { workersReading } from './answers/workers.ts'
import { reading } from './endpoint.ts'

const PAGE = { limit: 'how many at most, up to 100', cursor: 'where the page begins, as the one before said' }
const RANGE = { range: `for how long back: ${RANGE_NAMES.join(', ')}` }
const FILTER = { state: 'one state or several, between commas', q: 'a query, as ks bg list takes it' }

/** Everything that can be looked at. */
export const READINGS = [
  reading(
    { path: '/api/meta', answers: meta, summary: 'Who asks, and what they may do' },
    async ({ viewer }) => ({
      version: VERSION,
      role: viewer.role,
      actor: viewer.actor,
      verbs: VERBS.filter(verb => viewer.may(verb)),
    }),
  ),
  reading(
    {
      path: '/api/overview',
      answers: overviewReading,
      summary: 'How everything stands, what is wrong first',
      query: RANGE,
    },
    readOverview,
  ),
  reading(
    { path: '/api/stats', answers: stats, summary: 'Jobs by state, workers, totals, and no more' },
    readStats,
  ),
  reading(
    { path: '/api/stats/tasks', answers: taskStats, summary: 'How the last jobs went, task by task' },
    readTaskStats,
  ),
  reading(
    {
      path: '/api/series',
      answers: seriesReading,
      summary: 'How the work went, stretch by stretch',
      query: RANGE,
    },
    readSeries,
  ),
  reading(
    {
      path: '/api/health',
      answers: healthReading,
      summary: 'Whether the database answers, and what is wrong with it',
    },
    readHealth,
  ),
  reading(
    {
      path: '/api/jobs',
      answers: jobsPage,
      summary: 'Jobs, the newest first',
      query: { ...FILTER, ...PAGE, whole: 'true: payloads and results whole, not only how they begin' },
    },
    readJobsPage,
  ),
  reading(
    { path: '/api/jobs/count', answers: jobsCount, summary: 'How many jobs match', query: FILTER },
    readJobsCount,
  ),
  reading({ path: '/api/jobs/:id', answers: jobReading, summary: 'Everything about one job' }, readJob),
  reading(
    {
      path: '/api/jobs/:id/end',
      answers: jobEnd,
      summary: 'How it ended, once it has; WAIT_TIMED_OUT when it has not',
      query: { timeout: 'for how many milliseconds to wait, up to 20,000; 5,000 by default' },
    },
    readEnd,
  ),
  reading({ path: '/api/queues', answers: queuesPage, summary: 'Queues by name', query: PAGE }, readQueues),
  reading({ path: '/api/queues/:name', answers: queueReading, summary: 'One queue' }, readQueue),
  reading(
    { path: '/api/tasks', answers: tasksReading, summary: 'All tasks that anybody knows of' },
    readTasks,
  ),
  reading(
    { path: '/api/tasks/:name', answers: taskReading, summary: 'One task, with the schema of its payload' },
    readTask,
  ),
  reading(
    {
      path: '/api/errors',
      answers: errorsReading,
      summary: 'Errors of jobs, those that are the same together',
    },
    readErrors,
  ),
  reading(
    {
      path: '/api/crons',
      answers: cronsReading,
      summary: 'Cron entries, when they are due and how they went',
    },
    readCrons,
  ),
  reading({ path: '/api/crons/:name', answers: cronReading, summary: 'One cron entry' }, readCron),
  reading(
    { path: '/api/workers', answers: workersReading, summary: 'Workers, and what they run' },
    readWorkers,
  ),
  reading(
    {
      path: '/api/activity',
      answers: activityPage,
      summary: 'Who has done what',
      query: { actor: 'only by them', action: 'only this: job.retry', target: 'only with this', ...PAGE },
    },
    readActivity,
  ),
  reading(
    {
      path: '/api/suggest',
      answers: suggestions,
      summary: 'Values for a field of a query',
      query: { field: 'task, queue, tag or worker', q: 'a part of them' },
    },
    readSuggestions,
  ),
] as const
