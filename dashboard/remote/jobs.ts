import {
  type AttemptLog,
  type Changed,
  InvalidOption,
  type Job,
  type JobChanges,
  type JobError,
  type JobFilter,
  type JobPage,
  type Operator,
  type Reason,
} from '../../background/operator.ts'
import { nameOf } from './queues.ts'
import type { AnswerOf, Remote } from './remote.ts'
import { withTimes } from './times.ts'

type Facts = Omit<AnswerOf<'get', '/api/jobs'>['jobs'][number], 'preview' | 'cut'>

/** As many as the API answers with at once. */
const MOST_ON_A_PAGE = 100

/** The jobs behind a dashboard: without their secrets. */
export class RemoteJobs implements Pick<Operator['jobs'], keyof Operator['jobs']> {
  readonly #remote: Remote

  constructor(remote: Remote) {
    this.#remote = remote
  }

  async get(id: string): Promise<Job> {
    return jobOf((await this.#read(id)).job)
  }

  async why(id: string): Promise<readonly Reason[]> {
    const { reasons } = await this.#read(id)
    return reasons.map(reason => withTimes(reason, 'at') as Reason)
  }

  async logs(id: string): Promise<AttemptLog[]> {
    const { logs } = await this.#read(id)
    return logs.map(log => ({ ...log, lines: log.lines.map(line => withTimes(line, 'at')) }))
  }

  async list(
    filter: JobFilter & { readonly limit?: number | undefined; readonly cursor?: string | undefined } = {},
  ): Promise<JobPage> {
    const { limit = MOST_ON_A_PAGE, cursor, ...search } = filter
    const page = { limit: Math.min(limit, MOST_ON_A_PAGE), cursor, whole: 'true' }
    const answer = await this.#remote.get('/api/jobs', { query: { ...searchText(search), ...page } })
    return { jobs: answer.jobs.map(jobOf), cursor: answer.cursor }
  }

  count(filter: JobFilter = {}) {
    return this.#remote.get('/api/jobs/count', { query: searchText(filter) })
  }

  async reschedule(
    which: Parameters<Operator['jobs']['reschedule']>[0],
    changes: JobChanges,
  ): Promise<Changed> {
    if (typeof which !== 'string') throw oneByOne()
    const { runAt, in: wait, queue, payload, priority, attempt, maxAttempts } = changes
    const times = { runAt: runAt?.toISOString(), in: wait === undefined ? undefined : String(wait) }
    const name = queue === undefined || queue === null ? queue : nameOf(queue)
    const body = { ...times, queue: name, payload, priority, attempt, maxAttempts }
    await this.#remote.send('patch', '/api/jobs/:id', { params: { id: which }, body })
    return { done: [which], refused: [] }
  }

  #read(id: string) {
    return this.#remote.get('/api/jobs/:id', { params: { id } })
  }
}

/** Which jobs are meant, as a URL or a body says it. @throws InvalidOption for what only the database knows. */
export function searchText({ where, state, ...others }: JobFilter): { q?: string; state?: string } {
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? []
  if (other !== undefined)
    throw new InvalidOption(`a dashboard is not asked for jobs by ${other}`, 'write a query: where')
  return {
    ...(where !== undefined && where !== '' && { q: where }),
    ...(state !== undefined && { state: [state].flat().join() }),
  }
}

function jobOf({ payload = 'null', result, error, ...facts }: Facts): Job {
  return {
    ...withTimes(facts, 'runAt', 'createdAt', 'claimedAt', 'finishedAt', 'expiresAt'),
    payload: JSON.parse(payload),
    result: result === undefined ? undefined : JSON.parse(result),
    error: error as JobError | undefined,
  }
}

function oneByOne(): InvalidOption {
  return new InvalidOption('a dashboard changes one job at a time', 'give its id')
}
