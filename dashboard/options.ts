import type { Client } from '../background/operator.ts'
import type { Authorize } from './access.ts'
import type { Redact } from './masking/secrets.ts'

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
  /** What is not shown of payloads, results and logs, beside what schemas mark: `.meta({ secret: true })` in zod. */
  readonly redact?: Redact | undefined
  /** Nobody may change anything, whatever `authorize` says. Default: false. */
  readonly readOnly?: boolean | undefined
  /**
   * Where it is mounted, `/background`, for frameworks that leave that in the URL, such as Next. Where they cut it off,
   * as most do, nothing needs to be said; a dashboard never minds what a proxy does to its address.
   */
  readonly path?: string | undefined
  /** What it is called at the top of each page. Default: `Background`. */
  readonly title?: string | undefined
  /** Where this is, so that nobody mistakes production for something else. Default: NODE_ENV, else `development`. */
  readonly environment?: string | undefined
}

/** Answers every request below the path it is mounted at. */
export type Dashboard = (request: Request, context?: unknown) => Promise<Response>
