import type { z } from 'zod'
import type { Verb } from '../access.ts'
import type { Asked } from '../readings/asked.ts'

/** One method of one path of the API: what it takes, what it needs, and what it answers as JSON. */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** From the root of the dashboard: `/api/jobs/:id`. */
  readonly path: string
  readonly summary: string
  /** Names in the query string, and what they mean. */
  readonly query: Readonly<Record<string, string>>
  readonly body: z.ZodType | undefined
  /** What somebody must be allowed to do. Without it, to look is enough. */
  readonly verb: Verb | undefined
  /** 202 when it goes on after the answer. */
  readonly status: 200 | 201 | 202
  answer(asked: Asked, body: unknown): Promise<object>
}

interface ReadingOptions {
  readonly path: string
  readonly summary: string
  readonly query?: Readonly<Record<string, string>>
}

/** Answers with what `read` finds. */
export function reading(options: ReadingOptions, read: (asked: Asked) => Promise<object>): Endpoint {
  const { path, summary, query = {} } = options
  return { method: 'get', path, summary, query, body: undefined, verb: undefined, status: 200, answer: read }
}

interface ActionOptions<Body> {
  readonly method?: 'post' | 'patch' | 'delete'
  readonly path: string
  readonly summary: string
  readonly verb: Verb
  readonly body: z.ZodType<Body>
  readonly status?: 200 | 201 | 202
}

/** Does something. */
export function action<Body>(
  options: ActionOptions<Body>,
  act: (asked: Asked, body: Body) => Promise<object>,
): Endpoint {
  const { method = 'post', path, summary, verb, body, status = 200 } = options
  const answer = (asked: Asked, given: unknown) => act(asked, given as Body)
  return { method, path, summary, query: {}, body, verb, status, answer }
}
