import type { Overview, TaskOverview } from '../../background/operator.ts'
import type { Asked } from './asked.ts'

/** How everything stands, and nothing else: cheap enough to be asked every second. */
export function readStats({ client }: Asked): Promise<Overview> {
  return client.statistics.overview()
}

export interface TaskStatsReading {
  readonly tasks: readonly TaskOverview[]
}

/** How the last finished jobs went, task by task. */
export async function readTaskStats({ client }: Asked): Promise<TaskStatsReading> {
  return { tasks: await client.statistics.tasks() }
}
