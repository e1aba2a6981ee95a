import { JsonText } from '../json-text.ts'
import type { JobHandle } from '../scheduler.ts'
import type { Client } from './client.ts'

type Parts = Pick<Client, 'schedule' | 'records' | 'crons'>

/**
 * Schedules another job like one there is, with the same payload or another. A job may have been given what its task has
 * by now, or not: what it had counts.
 *
 * @throws JobNotFound; InvalidPayload
 */
export async function replay(
  { records, schedule }: Parts,
  id: string,
  payload?: unknown,
): Promise<JobHandle> {
  const { task, queue, priority, maxAttempts, tags, flags, payload: original } = await records.get(id)
  const given = payload === undefined ? new JsonText(original) : payload
  return schedule({ task, queue, priority, maxAttempts, tags, flags, payload: given })
}

/**
 * Schedules the job of a cron entry now.
 *
 * @throws CronNotFound
 */
export async function runCron(
  { crons, schedule }: Parts,
  name: string,
): Promise<{ readonly id: string; readonly task: string }> {
  const { task, payload, queue, priority, maxAttempts, tags } = await crons.get(name)
  const { id } = await schedule({
    task,
    queue,
    priority,
    maxAttempts,
    tags,
    payload: new JsonText(payload),
  })
  return { id, task }
}
