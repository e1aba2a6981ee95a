import type { Logger } from '../../framework/logger.ts'
import type { Emitter, JobFacts } from '../events.ts'

/** Writes down what a worker tells, for apps that run one without a terminal in front of it. */
export function logEvents(events: Emitter, logger: Logger): void {
  events.on('worker:ready', ({ worker }) => logger.info('worker is ready', { worker }))
  events.on('worker:stopped', ({ worker }) => logger.info('worker has stopped', { worker }))
  events.on('worker:lost', ({ worker, next }) =>
    logger.warn('worker lost its lease, its jobs may run elsewhere', { worker, next }),
  )
  events.on('worker:rescued', fields => logger.warn('jobs of workers that died wait again', { ...fields }))
  events.on('worker:trouble', ({ doing, error, again }) =>
    logger.warn(`trouble while ${doing}`, { error, again }),
  )
  events.on('job:failed', ({ job, error, again }) =>
    logger.warn('job failed', { ...factsOf(job), error, again }),
  )
  events.on('job:discarded', ({ job, error, reason }) =>
    logger.error('job was discarded', { ...factsOf(job), error, reason }),
  )
  events.on('cron:missed', fields => logger.warn('cron ticks were missed', { ...fields }))
  if (!logger.isLevelEnabled('debug')) return
  events.on('job:completed', ({ job, ms }) => logger.debug('job is completed', { ...factsOf(job), ms }))
}

function factsOf({ id, task, attempt }: JobFacts) {
  return { job: id, task, attempt }
}
