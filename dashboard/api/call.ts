import * as z from 'zod'
import { InvalidOption } from '../../background/operator.ts'
import { Forbidden } from '../forbidden.ts'
import type { Asked } from '../readings/asked.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * Answers for an endpoint: whether they may, what they have sent, what they do, and that they did it. What is done with
 * many jobs has an entry of its own in the log of activities.
 *
 * @throws Forbidden, InvalidOption, and what the endpoint throws
 */
export async function call(endpoint: Endpoint, asked: Asked, given: unknown): Promise<object> {
  const { verb, answer } = endpoint
  if (verb === undefined) return answer(asked, undefined)
  if (!asked.viewer.may(verb)) throw new Forbidden(verb)
  const body = checked(endpoint, given)
  if (endpoint.status === 202) return answer(asked, body)
  const deed = {
    actor: asked.viewer.actor ?? 'somebody',
    action: verb,
    target: targetOf(asked, body),
    details: detailsOf(body),
  }
  return asked.client.activities.record(deed, () => answer(asked, body), toldOf)
}

function checked({ body }: Endpoint, given: unknown): object {
  const result = (body as z.ZodType<object>).safeParse(given)
  if (result.success) return result.data
  throw new InvalidOption(z.prettifyError(result.error), 'look at api/openapi.json for what it takes')
}

const MOST = 1_000

function targetOf({ params }: Asked, body: object): string | undefined {
  const { task, name = task } = body as { readonly task?: string; readonly name?: string }
  return (params.id ?? params.name ?? name)?.slice(0, MOST)
}

/** Payloads are nobody's business; they are with the job. */
const UNTOLD = ['payload', 'payloadText']

function detailsOf(body: object): object | undefined {
  const told = Object.entries(body).filter(([name, value]) => !UNTOLD.includes(name) && value !== undefined)
  return told.length > 0 ? Object.fromEntries(told) : undefined
}

/** Of an answer only what it made. */
function toldOf(answer: object): object {
  const { id } = answer as { readonly id?: string }
  return id === undefined ? {} : { id }
}
