import { type Client, openClient, type Registry } from '../../../background/operator.ts'
import { briefLogger } from '../../logging.ts'
import type { CommonOptions } from '../../options.ts'
import { findProject, type Project, withApp } from '../../project.ts'

/** Lends a client of the project's database to a command that soon ends. */
export async function withClient<T>(
  options: CommonOptions & { readonly project?: Project; readonly registry?: Registry },
  work: (client: Client, project: Project) => Promise<T>,
): Promise<T> {
  const project = options.project ?? (await findProject())
  const { config, background } = project
  return withApp(project, briefLogger(config.log, options.verbose === true), async app => {
    const client = await openClient(app, background, options.registry)
    try {
      return await work(client, project)
    } finally {
      await client.close()
    }
  })
}
