import type { WorkerInfo } from '../../../../background/operator.ts'
import { didYouMean } from '../../../../framework/did-you-mean.ts'
import { KretesError } from '../../../../framework/errors.ts'
import { relativeTime } from '../../../relative-time.ts'

/**
 * The worker that is called so: by its id, its name, or how one of them begins.
 *
 * @throws KretesError `WORKER_NOT_FOUND`, `WORKER_AMBIGUOUS`, `WORKER_LOST`
 */
export function findWorker(given: string, workers: readonly WorkerInfo[]): WorkerInfo {
  const exact = workers.filter(({ id, name }) => id === given || name === given)
  const found =
    exact.length > 0 ? exact : workers.filter(({ id, name }) => [id, name].some(one => one.startsWith(given)))
  const alive = found.filter(worker => worker.alive)
  const [only, another] = alive.length > 0 ? alive : found
  if (!only) throw notFound(given, workers)
  if (another) throw ambiguous(given, found)
  if (!only.alive) throw lost(only)
  return only
}

function notFound(given: string, workers: readonly WorkerInfo[]): KretesError {
  const names = workers.map(({ name }) => name)
  const meant = didYouMean(given, names)
  return new KretesError(`there is no worker ${given}${meant ? `; did you mean ${meant}?` : ''}`, {
    code: 'WORKER_NOT_FOUND',
    hint: names.length > 0 ? `there are ${names.join(', ')}` : 'no worker is running',
  })
}

function ambiguous(given: string, found: readonly WorkerInfo[]): KretesError {
  return new KretesError(`${given} may be ${found.map(({ name, id }) => `${name} (${id})`).join(' or ')}`, {
    code: 'WORKER_AMBIGUOUS',
    hint: 'write more of the name, or the id',
  })
}

function lost({ name, leaseUntil }: WorkerInfo): KretesError {
  return new KretesError(`${name} is lost: its lease ended ${relativeTime(leaseUntil)}`, {
    code: 'WORKER_LOST',
    hint: 'it hears nothing; the others rescue its jobs',
  })
}
