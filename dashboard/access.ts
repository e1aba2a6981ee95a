import { isProduction } from '../framework/environment.ts'
import { isLocal, type Visit } from './visit.ts'

/** `none` sees nothing, `read` sees everything, `write` also does everything. */
export type Role = 'none' | 'read' | 'write'

/** Everything that somebody can do here, beside looking. */
export const VERBS = [
  ...(['job.schedule', 'job.retry', 'job.run', 'job.cancel', 'job.discard'] as const),
  ...(['job.edit', 'job.replay', 'job.delete', 'job.forget', 'job.bulk'] as const),
  ...(['queue.pause', 'queue.resume', 'queue.limit', 'queue.cancel'] as const),
  ...(['cron.run', 'cron.pause', 'cron.resume', 'cron.edit'] as const),
  ...(['worker.quiet', 'worker.resume', 'worker.stop'] as const),
] as const

export type Verb = (typeof VERBS)[number]

/** What {@link Authorize} may answer instead of a role, to say it more precisely. */
export interface Access {
  readonly role: Role
  /** What somebody with role `write` may do. Default: everything. */
  readonly verbs?: readonly Verb[] | undefined
  /** Who it is, as it is written into the log of activities: `ann@example.com`. */
  readonly actor?: string | undefined
}

/** Who may see and do what. A Response is sent as it is: a redirect to where people log in. */
export type Authorize = (request: Request) => Answer | Promise<Answer>

type Answer = Role | Access | Response | false | null | undefined

/** Whoever looks at the dashboard. */
export interface Viewer {
  readonly role: 'read' | 'write'
  readonly actor: string | undefined
  may(verb: Verb): boolean
}

/** Why somebody is not let in: nobody has said who may be, or it was refused. */
export type Refusal = 'closed' | 'refused'

/** Who does something in development, as far as anybody knows. */
const LOCAL = 'somebody at this machine'

/** Who asks; or why they get no answer; or what is to be answered instead. */
export async function viewerOf(
  request: Request,
  visit: Visit,
  rules: { readonly authorize?: Authorize | undefined; readonly readOnly?: boolean | undefined },
): Promise<Viewer | Refusal | Response> {
  const { authorize, readOnly = false } = rules
  if (!authorize)
    return !isProduction() && isLocal(request, visit) ? viewer('write', readOnly, { actor: LOCAL }) : 'closed'
  const answer = await authorize(request)
  if (answer instanceof Response) return answer
  const access = typeof answer === 'string' ? { role: answer } : answer
  if (!access || (access.role !== 'read' && access.role !== 'write')) return 'refused'
  return viewer(access.role, readOnly, access)
}

function viewer(given: 'read' | 'write', readOnly: boolean, { verbs, actor }: Partial<Access>): Viewer {
  const role = readOnly ? 'read' : given
  return { role, actor, may: verb => role === 'write' && (verbs?.includes(verb) ?? true) }
}
