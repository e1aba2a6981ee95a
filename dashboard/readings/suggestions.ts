import type { Asked } from './asked.ts'
import { readTasks } from './tasks.ts'

/** Values that may stand behind a field of a query. */
export interface Suggestions {
  readonly values: readonly string[]
}

const MOST = 20
const LOOKED_FOR_TAGS = 200

/** `?field=&q=`: those that contain the text. */
export async function readSuggestions(asked: Asked): Promise<Suggestions> {
  const part = (asked.query.get('q') ?? '').toLowerCase()
  const all = await valuesOf(asked.query.get('field') ?? '', asked)
  const fitting = [...new Set(all)].filter(value => value.toLowerCase().includes(part))
  return { values: fitting.sort().slice(0, MOST) }
}

async function valuesOf(field: string, asked: Asked): Promise<readonly string[]> {
  const { client } = asked
  switch (field) {
    case 'task':
      return (await readTasks(asked)).tasks.map(({ name }) => name)
    case 'queue':
      return (await client.queues.list({ limit: 1_000 })).queues.map(({ name }) => name)
    case 'worker':
      return (await client.workers.list()).map(({ name }) => name)
    case 'tag':
      return (await client.records.list({ limit: LOOKED_FOR_TAGS })).jobs.flatMap(({ tags }) => tags)
    default:
      return []
  }
}
