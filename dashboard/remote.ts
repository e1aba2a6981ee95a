/** The door to a dashboard somewhere else, for the command line. It loads nothing of the dashboard itself. */

import {
  type FinishedJob,
  type JobError,
  type JobHandle,
  NO_SECRETS,
  type Operator,
  type Overview,
} from '../background/operator.ts'
import { monotonic } from '../framework/clock.ts'
import { milliseconds } from '../framework/duration.ts'
import { isKretesError } from '../framework/errors.ts'
import { RemoteBulks } from './remote/bulks.ts'
import { remoteCrons } from './remote/crons.ts'
import { RemoteJobs } from './remote/jobs.ts'
import { remoteQueues } from './remote/queues.ts'
import { type AnswerOf, type BodyOf, Remote, type RemoteAddress } from './remote/remote.ts'
import { withTimes } from './remote/times.ts'
import { remoteWorkers } from './remote/workers.ts'

export type { RemoteAddress } from './remote/remote.ts'

/** Operates by way of a dashboard, which also schedules: it has the code that judges payloads. */
export interface RemoteOperator extends Operator {
  schedule(job: BodyOf<'post', '/api/jobs'>): Promise<RemotePlan>
}

/** How a job is treated that was scheduled, or would be. */
export type RemotePlan = ReturnType<typeof planOf>

/** The same as a client of a database, by way of the API of a dashboard. What is done is in its log of activities. */
export function openRemote(address: RemoteAddress): RemoteOperator {
  const remote = new Remote(address)
  return {
    isRemote: true,
    jobs: new RemoteJobs(remote),
    bulks: new RemoteBulks(remote),
    queues: remoteQueues(remote),
    crons: remoteCrons(remote),
    workers: remoteWorkers(remote),
    statistics: {
      overview: async () => overviewOf(await remote.get('/api/stats')),
      tasks: async () => (await remote.get('/api/stats/tasks')).tasks.map(task => withTimes(task)),
    },
    activities: { record: (_, act) => act() },
    schedule: async body => planOf(await remote.send('post', '/api/jobs', { body })),
    replay: (id, payload) =>
      remote.send('post', '/api/jobs/:id/replay', { params: { id }, body: { payload } }),
    runCron: name => remote.send('post', '/api/crons/:name/run', { params: { name }, body: {} }),
    handle: id => handleOf(id, remote),
    secretsIn: async () => NO_SECRETS,
    close: async () => {},
  }
}

function overviewOf(answer: AnswerOf<'get', '/api/stats'>): Overview {
  return { ...withTimes(answer, 'at'), states: answer.states as Overview['states'] }
}

function planOf({ id, key, keyMode = 'replace', in: delayMs, ...plan }: AnswerOf<'post', '/api/jobs'>) {
  const options = { ...plan, delayMs, key: key === undefined ? undefined : { name: key, mode: keyMode } }
  return { id, ...withTimes(options, 'runAt') }
}

/** One question waits so long: what is open for longer is cut off somewhere on its way. */
const LOOK_MS = 5_000

function handleOf(id: string, remote: Remote): JobHandle {
  return {
    id,
    async wait({ timeout = Number.POSITIVE_INFINITY } = {}) {
      const until = monotonic() + (timeout === Number.POSITIVE_INFINITY ? timeout : milliseconds(timeout))
      for (;;) {
        const left = Math.max(0, Math.ceil(until - monotonic()))
        const query = { timeout: Math.min(LOOK_MS, left) }
        const end = await remote.get('/api/jobs/:id/end', { params: { id }, query }).catch(error => {
          if (left <= LOOK_MS || !isKretesError(error) || error.code !== 'WAIT_TIMED_OUT') throw error
        })
        if (end) return endOf(end)
      }
    },
  }
}

function endOf({ result, error, ...end }: AnswerOf<'get', '/api/jobs/:id/end'>): FinishedJob {
  return {
    ...end,
    state: end.state as FinishedJob['state'],
    result: result === undefined ? undefined : JSON.parse(result),
    error: error as JobError | undefined,
  }
}
