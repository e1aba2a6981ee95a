import type { Client, JobRecord, Redact } from '../background/operator.ts'
import type { Duration } from '../framework/duration.ts'
import type { Authorize } from './access.ts'

/** What a dashboard shows, to whom, and how. */
export interface DashboardOptions {
  /** `Background` of the app, or a client. */
  readonly background: Client | object
  /**
   * Who may see and do what. Without it nobody gets in, except for whoever sits at the machine on which the app runs in
   * development.
   *
   * @example authorize: async request => ((await userOf(request))?.isAdmin ? 'write' : 'none')
   */
  readonly authorize?: Authorize | undefined
  /** What is not shown of payloads, results and logs, beside what schemas mark with `secret()` and the configuration's `redact`. */
  readonly redact?: Redact | undefined
  /** Nobody may change anything, whatever `authorize` says. Default: false. */
  readonly readOnly?: boolean | undefined
  /**
   * Where it is mounted, `/background`, for frameworks that leave that in the URL, such as Next. Where they cut it off,
   * as most do, nothing needs to be said; a dashboard never minds what a proxy does to its address.
   */
  readonly path?: string | undefined
  /** For how long a due job may wait before the overview calls that a problem. Default: `'1m'`. */
  readonly latencyTarget?: Duration | undefined
  /**
   * Where else there is something about a job, such as its logs or its traces. Its page leads there; what is no address
   * that begins with `http` is left out.
   *
   * @example links: ({ id }) => [{ name: 'Logs', href: `https://logs.example.com/?job=${id}` }]
   */
  readonly links?: ((job: LinkedJob) => readonly Link[]) | undefined
  /** What it is called at the top of each page. Default: `Background`. */
  readonly title?: string | undefined
  /** Where this is, so that nobody mistakes production for something else. Default: NODE_ENV, else `development`. */
  readonly environment?: string | undefined
}

/** What a link may depend on. */
export type LinkedJob = Pick<
  JobRecord,
  'id' | 'task' | 'queue' | 'key' | 'tags' | 'state' | 'createdAt' | 'finishedAt'
>

/** A way out of the dashboard. */
export interface Link {
  readonly name: string
  readonly href: string
}

/** Options as they are used: what may be left out there is here. */
export interface Settings extends DashboardOptions {
  /** In milliseconds. */
  readonly latencyTarget: number
  links(job: LinkedJob): readonly Link[]
}

/** Answers every request below the path it is mounted at. */
export type Dashboard = (request: Request, context?: unknown) => Promise<Response>
