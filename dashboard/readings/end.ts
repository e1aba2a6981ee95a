import { type FinishedJob, maskedRecord } from '../../background/operator.ts'
import type { Asked } from './asked.ts'
import { wholeNumber } from './numbers.ts'

/** A job as it ended; its result is JSON text. */
export interface EndReading extends Omit<FinishedJob, 'result'> {
  readonly result: string | undefined
}

/** Whoever wants to wait longer asks again: a request that is open for long is cut off somewhere on its way. */
const LONGEST_MS = 20_000
const DEFAULT_MS = 5_000

/** Waits until the job `:id` has finished, for `?timeout=` milliseconds at most. @throws JobNotFound, `WAIT_TIMED_OUT` */
export async function readEnd({ client, params, query, secrets }: Asked): Promise<EndReading> {
  const { id } = await client.records.get(params.id ?? '')
  const timeout = wholeNumber(query, 'timeout', { least: 0, most: LONGEST_MS, otherwise: DEFAULT_MS })
  const end = await client.handle(id).wait({ timeout })
  const { result, error } = maskedRecord(await client.records.get(id), secrets)
  return { ...end, result, error }
}
