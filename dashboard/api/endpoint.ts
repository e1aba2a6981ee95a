import type * as z from 'zod'
import type { Verb } from '../access.ts'
import type { Asked } from '../readings/asked.ts'

export type Method = 'get' | 'post' | 'patch' | 'delete'

/**
 * One method of one path of the API: what it takes, what it needs, and what it answers as JSON. Its type says all of that
 * too, so that whoever calls it from here, which is {@link Remote}, is held to it by the compiler.
 */
export interface Endpoint<
  Verbatim extends Method = Method,
  Path extends string = string,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Answers extends z.ZodType = z.ZodType,
> {
  readonly method: Verbatim
  /** From the root of the dashboard: `/api/jobs/:id`. */
  readonly path: Path
  readonly summary: string
  /** Names in the query string, and what they mean. */
  readonly query: Readonly<Record<string, string>>
  readonly body: Body
  /** What it answers, as JSON. */
  readonly answers: Answers
  /** What somebody must be allowed to do. Without it, to look is enough. */
  readonly verb: Verb | undefined
  /** 202 when it goes on after the answer. */
  readonly status: 200 | 201 | 202
  answer(asked: Asked, body: unknown): Promise<object>
}

interface ReadingOptions<Path, Answers> {
  readonly path: Path
  readonly summary: string
  readonly answers: Answers
  readonly query?: Readonly<Record<string, string>>
}

/** Answers with what `read` finds. */
export function reading<const Path extends string, Answers extends z.ZodType>(
  options: ReadingOptions<Path, Answers>,
  read: (asked: Asked) => Promise<object>,
): Endpoint<'get', Path, undefined, Answers> {
  const { path, summary, answers, query = {} } = options
  const nothing = { body: undefined, verb: undefined }
  return { method: 'get', path, summary, query, answers, ...nothing, status: 200, answer: read }
}

interface ActionOptions<Verbatim, Path, Body, Answers> {
  readonly method?: Verbatim
  readonly path: Path
  readonly summary: string
  readonly verb: Verb
  readonly body: Body
  readonly answers: Answers
  readonly status?: 200 | 201 | 202
}

/** Does something. */
export function action<
  const Path extends string,
  Body extends z.ZodType,
  Answers extends z.ZodType,
  const Verbatim extends 'post' | 'patch' | 'delete' = 'post',
>(
  options: ActionOptions<Verbatim, Path, Body, Answers>,
  act: (asked: Asked, body: z.output<Body>) => Promise<object>,
): Endpoint<Verbatim, Path, Body, Answers> {
  const { path, summary, verb, body, answers, status = 200 } = options
  const method = options.method ?? ('post' as Verbatim)
  const answer = (asked: Asked, given: unknown) => act(asked, given as z.output<Body>)
  return { method, path, summary, query: {}, body, answers, verb, status, answer }
}
