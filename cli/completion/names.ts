import { taskNamesIn } from '../../background/operator.ts'
import { withClient } from '../commands/background/with-client.ts'
import { findProject } from '../project.ts'
import type { Names } from './complete.ts'

/** More than anybody scrolls through. */
const MOST_QUEUES = 1_000

/**
 * The names in this directory's project. Whoever waits for a completion does not want to read why there is none: where
 * something is wrong, there are no names.
 */
export const NAMES: Names = {
  tasks: () => quietly(tasks),
  queues: () => quietly(queues),
}

async function tasks(): Promise<readonly string[]> {
  const { root, background } = await findProject()
  return taskNamesIn(root, background.tasks)
}

/** Those of the configuration, and those that the database knows where one is configured: none is started for this. */
async function queues(): Promise<readonly string[]> {
  const project = await findProject()
  const configured = Object.keys(project.background.queues)
  if (project.config.database.url === undefined) return configured
  const known = await withClient({ project, keepsSchema: true }, async client => {
    const { queues } = await client.queues.list({ limit: MOST_QUEUES })
    return queues.map(({ name }) => name)
  }).catch(() => [])
  return [...new Set([...configured, ...known])].sort()
}

async function quietly(find: () => Promise<readonly string[]>): Promise<readonly string[]> {
  return find().catch(() => [])
}
