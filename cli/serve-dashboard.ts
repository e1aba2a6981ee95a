import type { Client } from '../background/operator.ts'
import { dashboard } from '../dashboard/index.ts'
import { createRouter } from '../framework/http.ts'
import { HttpServer } from '../framework/http-server.ts'
import type { Logger } from '../framework/logger.ts'
import { mount } from '../framework/routes.ts'

/** Where it is unless somebody says otherwise. */
export const DASHBOARD_PORT = 5_545

/** A dashboard that can be looked at. */
export interface ServedDashboard {
  /** `http://localhost:5545/` */
  readonly url: string
  stop(): Promise<void>
}

export interface ServedDashboardOptions {
  /** 0 takes any that is free. */
  readonly port: number
  readonly readOnly?: boolean
}

/** Serves the dashboard of `background` to this machine alone. */
export async function serveDashboard(
  background: Client,
  logger: Logger,
  { port, readOnly = false }: ServedDashboardOptions,
): Promise<ServedDashboard> {
  const routes = [mount('/', dashboard({ background, readOnly }))]
  const server = new HttpServer(createRouter(routes, logger), { host: 'localhost', port })
  await server.start()
  return { url: `${server.address?.url}/`, stop: () => server.stop() }
}
