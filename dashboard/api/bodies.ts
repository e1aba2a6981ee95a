import * as z from 'zod'
import { InvalidOption, JsonText } from '../../background/operator.ts'

/** Numbers may be written as text, as forms send them. */
export const number = z.coerce.number()
export const nothing = z.object({})
export const reason = z.object({ reason: z.string().max(1_000).optional() })

/** A payload: as JSON, or as JSON text that is stored character by character. */
export const payload = {
  payload: z.unknown().optional().describe('the payload as JSON'),
  payloadText: z.string().optional().describe('the payload as JSON text, to be stored exactly as it is'),
}

/** How a job is to be treated. */
export const treatment = {
  queue: z.string().nullable().optional().describe('null takes it out of its queue'),
  priority: number.optional(),
  maxAttempts: number.optional(),
  runAt: z.string().optional().describe('when it is due, as ISO 8601'),
  in: z.string().optional().describe('in how long it is due: 10m'),
}

/** @throws InvalidOption when it is no time. */
export function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time
  throw new InvalidOption(`runAt is ${JSON.stringify(text)}`, 'write it as 2026-11-22T08:30:00Z')
}

/** The payload as the queue takes it; undefined when none is given. @throws InvalidOption when its text is no JSON. */
export function payloadOf(given: {
  readonly payload?: unknown
  readonly payloadText?: string | undefined
}): JsonText | undefined {
  const { payload, payloadText } = given
  const text = payloadText ?? (payload === undefined ? undefined : JSON.stringify(payload))
  if (text === undefined) return undefined
  try {
    return new JsonText(text)
  } catch (error) {
    const { message } = error as Error
    throw new InvalidOption(`the payload is not JSON: ${message}`, 'correct it', error)
  }
}
