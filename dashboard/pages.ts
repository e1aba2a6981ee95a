import { activityPage } from './pages/activity.tsx'
import { bulkPage } from './pages/bulk.tsx'
import { cronPage } from './pages/cron.tsx'
import { cronsPage } from './pages/crons.tsx'
import { errorsPage } from './pages/errors.tsx'
import { jobPage } from './pages/job.tsx'
import { jobsPage } from './pages/jobs.tsx'
import { overviewPage } from './pages/overview.tsx'
import type { Page } from './pages/page.ts'
import { queuePage } from './pages/queue.tsx'
import { queuesPage } from './pages/queues.tsx'
import { taskPage } from './pages/task.tsx'
import { tasksPage } from './pages/tasks.tsx'
import { workersPage } from './pages/workers.tsx'

/** All pages; each has a file in `pages/`. */
export const PAGES: readonly Page<unknown>[] = [
  ...[overviewPage, jobsPage, jobPage, queuesPage, queuePage, tasksPage, taskPage],
  ...[errorsPage, cronsPage, cronPage, workersPage, activityPage, bulkPage],
]
