import { messageOf } from '../../framework/errors.ts'
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
  logTrouble(events, logger)
  events.on('job:failed', ({ job, error, again }) =>
    logger.warn('job failed', { ...factsOf(job), error, again }),
  )
  events.on('job:snoozed', ({ job, error, again }) => {
    if (error !== undefined) logger.warn('job could not begin', { ...factsOf(job), error, again })
  })
  events.on('job:discarded', ({ job, error, reason }) =>
    logger.error('job was discarded', { ...factsOf(job), error, reason }),
  )
  events.on('cron:missed', fields => logger.warn('cron ticks were missed', { ...fields }))
  if (!logger.isLevelEnabled('debug')) return
  events.on('job:completed', ({ job, ms }) => logger.debug('job is completed', { ...factsOf(job), ms }))
}

/** Trouble comes again every few seconds as long as it lasts: the same is said once, and that it is over. */
function logTrouble(events: Emitter, logger: Logger): void {
  const said = new Set<string>()
  events.on('worker:trouble', ({ doing, error, again }) => {
    const what = `${doing}: ${messageOf(error)}`
    if (said.has(what)) return
    said.add(what)
    logger.warn(`trouble while ${doing}`, { error, again })
  })
  events.on('worker:pressed', ({ why }) =>
    logger.warn('the database can hardly cope: claiming slows down', { why }),
  )
  events.on('worker:relieved', ({ after }) =>
    logger.info('the database copes again', { after: Math.round(after) }),
  )
  for (const over of ['worker:relieved', 'report:sent'] as const) events.on(over, () => said.clear())
}

function factsOf({ id, task, attempt }: JobFacts) {
  return { job: id, task, attempt }
}
