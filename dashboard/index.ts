/** The door of the dashboard: one handler, mounted where the app wants it. */

import { createHandler } from './handler.ts'
import type { DashboardOptions } from './options.ts'

export type { Access, Authorize, Role, Verb } from './access.ts'
export type { DashboardOptions } from './options.ts'

/** Answers every request below the path it is mounted at. */
export type Dashboard = (request: Request, context?: unknown) => Promise<Response>

/**
 * The dashboard as a web-standard handler. It is closed until `authorize` says who may see it; in development whoever
 * sits at the machine may.
 *
 * @throws InvalidOption
 * @example createApp({ plugins: [background()], routes: [mount('/background', dashboard({ background: Background }))] })
 */
export function dashboard(options: DashboardOptions): Dashboard {
  return createHandler(options)
}
