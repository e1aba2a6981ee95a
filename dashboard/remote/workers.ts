import type { Operator, WorkerOrder } from '../../background/operator.ts'
import { isKretesError } from '../../framework/errors.ts'
import type { Remote } from './remote.ts'
import { withTimes } from './times.ts'

const PATHS = {
  work: '/api/workers/:id/resume',
  quiet: '/api/workers/:id/quiet',
  stop: '/api/workers/:id/stop',
} as const satisfies Record<WorkerOrder, string>

/** The workers behind a dashboard. */
export function remoteWorkers(remote: Remote): Operator['workers'] {
  return {
    async list() {
      const { workers } = await remote.get('/api/workers')
      return workers.map(({ jobs: _, ...worker }) => withTimes(worker, 'startedAt', 'leaseUntil'))
    },
    async tell(ids, order) {
      const told: string[] = []
      for (const id of ids)
        await remote
          .send('post', PATHS[order], { params: { id }, body: {} })
          .then(() => told.push(id), ifGone)
      return told
    },
  }
}

/** It does not hear of it any more. */
function ifGone(error: unknown): void {
  if (!isKretesError(error) || error.code !== 'NOT_FOUND') throw error
}
