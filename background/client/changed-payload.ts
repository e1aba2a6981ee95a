import { find } from '../engine/find.ts'
import { InvalidOption } from '../errors.ts'
import { JobNotFound } from '../job-errors.ts'
import { encodePayload } from '../payload.ts'
import type { Administration } from './administration.ts'
import { jobId, type Which } from './job-changes.ts'

/**
 * A new payload for jobs, as it is stored: encrypted for their task where payloads are.
 *
 * @throws PayloadNotJson, PayloadTooLarge; InvalidOption for several jobs, which may be of several tasks; JobNotFound
 */
export async function changedPayload(
  { reads, sealing, payloadLimit: limit }: Administration,
  which: Which,
  payload: unknown,
): Promise<string> {
  if (!sealing) return encodePayload(undefined, payload, { limit })
  if (typeof which !== 'string')
    throw new InvalidOption(
      'an encrypted payload is for one task, and several jobs are to get it',
      'change one job at a time',
    )
  const job = await find(reads, jobId(which))
  if (!job) throw new JobNotFound(which)
  return sealing.seal(job.task, await encodePayload(undefined, sealing.opened(job.task, payload), { limit }))
}
