import type { TaskDefinition } from '../background/operator.ts'

/** Standard JSON Schema, which not every schema library has. */
interface Standard {
  readonly jsonSchema?: { input(options: { readonly target: string }): object }
}

/** What a task takes, as JSON Schema; undefined when it does not say, or cannot say it in these words. */
export function payloadSchema(definition: TaskDefinition | undefined): object | undefined {
  try {
    const standard = definition?.schema?.['~standard'] as Standard | undefined
    return standard?.jsonSchema?.input({ target: 'draft-2020-12' })
  } catch {
    return undefined
  }
}
