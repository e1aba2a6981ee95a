import {
  payloadSchema,
  type TaskDefinition,
  type TaskOverview,
  UnknownTask,
} from '../../background/operator.ts'
import type { Asked } from './asked.ts'

/** A task, as far as workers, the code at hand and the last jobs know it. */
export interface TaskRow {
  readonly name: string
  /** From the directory of the app; undefined when its code is not at hand. */
  readonly file: string | undefined
  /** How many living workers know it. */
  readonly workers: number
  readonly defaults: TaskDefaults | undefined
  /** How its last jobs went; undefined when there were none among the last 10,000. */
  readonly last: TaskOverview | undefined
}

/** How its jobs are treated; durations in milliseconds. */
export type TaskDefaults = Pick<
  TaskDefinition,
  'queue' | 'maxAttempts' | 'priority' | 'timeout' | 'retention' | 'tags' | 'cron'
>

export interface TasksReading {
  readonly tasks: readonly TaskRow[]
}

export interface TaskReading {
  readonly task: TaskRow
  /** What it takes, as JSON Schema, when that is known. */
  readonly schema: object | undefined
}

/** All tasks that anybody knows of. */
export async function readTasks({ client }: Asked): Promise<TasksReading> {
  const [workers, last, { registry, files }] = await Promise.all([
    client.workers.list(),
    client.statistics.tasks(),
    client.tasks(),
  ])
  const living = workers.filter(({ alive }) => alive)
  const names = new Set([
    ...registry.names,
    ...living.flatMap(({ tasks }) => tasks),
    ...last.map(({ task }) => task),
  ])
  const row = (name: string): TaskRow => ({
    name,
    file: files[name],
    workers: living.filter(({ tasks }) => tasks.includes(name)).length,
    defaults: defaultsOf(registry.find(name)),
    last: last.find(({ task }) => task === name),
  })
  return { tasks: [...names].sort().map(row) }
}

/** The task `:name`. @throws UnknownTask */
export async function readTask(asked: Asked): Promise<TaskReading> {
  const name = asked.params.name ?? ''
  const [{ tasks }, { registry }] = await Promise.all([readTasks(asked), asked.client.tasks()])
  const task = tasks.find(one => one.name === name)
  if (!task)
    throw new UnknownTask(
      name,
      tasks.map(one => one.name),
    )
  return { task, schema: payloadSchema(registry.find(name)) }
}

function defaultsOf(definition: TaskDefinition | undefined): TaskDefaults | undefined {
  if (!definition) return undefined
  const { queue, maxAttempts, priority, timeout, retention, tags, cron } = definition
  return { queue, maxAttempts, priority, timeout, retention, tags, cron }
}
