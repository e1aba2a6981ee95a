import type { StandardSchemaV1 } from '@standard-schema/spec'
import { InvalidOption } from './errors.ts'

/** What zod has, and others that carry notes on a schema. */
interface Annotated<Schema> {
  meta(): object | undefined
  meta(notes: object): Schema
}

/**
 * Marks a value of a payload as secret. The task gets it as it is; in logs, errors, events, the command line and the
 * dashboard `[secret]` stands in its place. In the database it is stored as it is, unless payloads are encrypted.
 * Takes a schema of zod; one of another library is marked in its own way, so that its JSON Schema says `writeOnly: true`.
 *
 * @throws InvalidOption for a schema that cannot be marked.
 * @example payload: z.object({ user: z.int(), token: secret(z.string()) })
 */
export function secret<Schema extends StandardSchemaV1>(schema: Schema): Schema {
  const annotated = schema as Schema & Partial<Annotated<Schema>>
  if (typeof annotated?.meta !== 'function') throw cannotBeMarked()
  return annotated.meta({ ...annotated.meta(), secret: true }) as Schema
}

function cannotBeMarked(): InvalidOption {
  return new InvalidOption(
    'this schema cannot be marked as secret: it has no meta()',
    "mark it in its library's way, so that its JSON Schema says writeOnly: true, or name it: background: { redact: ['token'] }",
  )
}
