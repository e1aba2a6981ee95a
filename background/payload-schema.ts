import type { TaskDefinition } from './task.ts'

/** Standard JSON Schema, which not every schema library has. */
interface Standard {
  readonly jsonSchema?: { input(options: object): object }
}

/** What JSON Schema has no words for, such as a date, is anything, rather than that all the rest goes unsaid. */
const OPTIONS = { target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } }

/** What a task takes, as JSON Schema; undefined when its schema does not say. */
export function payloadSchema(definition: TaskDefinition | undefined): object | undefined {
  try {
    const standard = definition?.schema?.['~standard'] as Standard | undefined
    return standard?.jsonSchema?.input(OPTIONS)
  } catch {
    return undefined
  }
}
