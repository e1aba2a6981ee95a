import type { Client } from '../../../background/operator.ts'
import { dashboard } from '../../../dashboard/index.ts'
import { createRouter } from '../../../framework/http.ts'
import { HttpServer } from '../../../framework/http-server.ts'
import type { Logger } from '../../../framework/logger.ts'
import { mount } from '../../../framework/routes.ts'
import { briefLogger } from '../../logging.ts'
import { openInBrowser } from '../../open-in-browser.ts'
import type { CommonOptions } from '../../options.ts'
import { print, printJson } from '../../output.ts'
import { findProject } from '../../project.ts'
import { withClient } from './with-client.ts'

export interface DashboardCommandOptions extends CommonOptions {
  readonly port?: number
  readonly open?: true
  readonly readOnly?: true
}

const PORT = 5_545

/** What `ks bg dashboard` does. */
export async function runDashboard(options: DashboardCommandOptions): Promise<void> {
  const { port = PORT, open, readOnly = false, json, verbose = false } = options
  const project = await findProject()
  const logger = briefLogger(project.config.log, verbose)
  let interrupted = () => {}
  const interruption = new Promise<void>(resolve => {
    interrupted = resolve
  })
  await withClient({ ...options, project, interrupted }, async client => {
    const server = await serveDashboard(client, logger, { port, readOnly })
    try {
      const url = `${server.address?.url}/`
      if (json) printJson({ url })
      else print(`  dashboard at ${url}${readOnly ? ', read only' : ''}   Ctrl-C ends it`)
      if (open) openInBrowser(url)
      await interruption
    } finally {
      await server.stop()
    }
  })
}

/** A server for this machine alone, that runs already. */
async function serveDashboard(
  background: Client,
  logger: Logger,
  { port, readOnly = false }: { readonly port: number; readonly readOnly?: boolean },
): Promise<HttpServer> {
  const routes = [mount('/', dashboard({ background, readOnly }))]
  const server = new HttpServer(createRouter(routes, logger), { host: 'localhost', port })
  await server.start()
  return server
}
