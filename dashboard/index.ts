/** The door of the dashboard: one handler, mounted where the app wants it. */

import { createHandler } from './handler.ts'
import type { Dashboard, DashboardOptions } from './options.ts'

export type { Redact } from '../background/operator.ts'
export type { Access, Authorize, Role, Verb } from './access.ts'
export { toNode } from './node.ts'
export type { Dashboard, DashboardOptions, Link, LinkedJob } from './options.ts'

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
