import {
  type Client,
  ensureSchema,
  openClient,
  type Registry,
  requireSchema,
} from '../../../background/operator.ts'
import type { App } from '../../../framework/app.ts'
import { describeDatabase } from '../../../framework/database-errors.ts'
import { briefLogger } from '../../logging.ts'
import type { CommonOptions } from '../../options.ts'
import { findProject, type Project, withApp } from '../../project.ts'

export interface ClientOptions extends CommonOptions {
  readonly project?: Project
  readonly registry?: Registry
  /** The schema stays as it is: where it lacks something, that is an error, also in development. */
  readonly keepsSchema?: true
  /** What the first interruption does, instead of ending the command. */
  readonly interrupted?: (signal: NodeJS.Signals) => void
}

/** Lends a client of the project's database to a command that soon ends. */
export async function withClient<T>(
  options: ClientOptions,
  work: (client: Client, project: Project, database: string) => Promise<T>,
): Promise<T> {
  const project = options.project ?? (await findProject())
  const { config, background } = project
  const logger = briefLogger(config.log, options.verbose === true)
  const fitSchema = options.keepsSchema ? requireSchema : ensureSchema
  const lend = async (app: App) => {
    const client = await openClient(app, background, options.registry, fitSchema)
    try {
      const { url } = await app.database()
      return await work(client, project, describeDatabase(url))
    } finally {
      await client.close()
    }
  }
  return withApp(project, logger, lend, options.interrupted)
}
