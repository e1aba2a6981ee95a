import { briefLogger } from '../../logging.ts'
import { openInBrowser } from '../../open-in-browser.ts'
import type { CommonOptions } from '../../options.ts'
import { print, printJson } from '../../output.ts'
import { findProject } from '../../project.ts'
import { DASHBOARD_PORT, serveDashboard } from '../../serve-dashboard.ts'
import { withClient } from './with-client.ts'

export interface DashboardCommandOptions extends CommonOptions {
  readonly port?: number
  readonly open?: true
  readonly readOnly?: true
}

/** What `ks bg dashboard` does. */
export async function runDashboard(options: DashboardCommandOptions): Promise<void> {
  const { port = DASHBOARD_PORT, open, readOnly = false, json, verbose = false } = options
  const project = await findProject()
  const logger = briefLogger(project.config.log, verbose)
  let interrupted = () => {}
  const interruption = new Promise<void>(resolve => {
    interrupted = resolve
  })
  await withClient({ ...options, project, interrupted }, async client => {
    const { url, stop } = await serveDashboard(client, logger, { port, readOnly })
    try {
      if (json) printJson({ url })
      else print(`  dashboard at ${url}${readOnly ? ', read only' : ''}   Ctrl-C ends it`)
      if (open) openInBrowser(url)
      await interruption
    } finally {
      await stop()
    }
  })
}
