import type { JsonPath } from './json-places.ts'
import { payloadSchema } from './payload-schema.ts'
import type { Registry } from './registry.ts'
import type { TaskDefinition } from './task.ts'

/**
 * What is not shown: names of properties, wherever they are, `password`; ways to a value in payloads, `card.number`,
 * `*` for any step; or a function that is asked for every value.
 *
 * @example redact: ['token', 'customer.*.email']
 */
export type Redact =
  | readonly string[]
  | ((path: readonly (string | number)[], job: { readonly task: string }) => boolean)

/** What of the payloads, results and logs of a task is not to be shown. */
export interface Secrets {
  /** Whether there can be any. */
  has(task: string): boolean
  isAt(task: string, path: JsonPath): boolean
}

/** The way to a value in a payload: names of properties, `*` for any. */
export type Steps = readonly string[]

/** The ways to what schemas mark as secret, by the name of the task. */
export type SecretMarks = ReadonlyMap<string, readonly Steps[]>

/** Where nothing is to be hidden, because it has been hidden already. */
export const NO_SECRETS: Secrets = { has: () => false, isAt: () => false }

/** What is said to be secret, and what the schemas of payloads mark as such. */
export function secretsOf(
  said: readonly (Redact | undefined)[],
  registry: Pick<Registry, 'find'> | undefined,
): Secrets {
  const found = new WeakMap<TaskDefinition, readonly Steps[]>()
  return secretsAt(said, task => {
    const definition = registry?.find(task)
    if (!definition) return NONE
    const known = found.get(definition) ?? marksOf(definition)
    found.set(definition, known)
    return known
  })
}

/** The ways to what the schema of a task marks. */
export function marksOf(definition: TaskDefinition): readonly Steps[] {
  return secretSteps(payloadSchema(definition))
}

/** The same as {@link secretsOf} where the marks of a task are known otherwise than from its code. */
export function secretsAt(
  said: readonly (Redact | undefined)[],
  marked: (task: string) => readonly Steps[] = () => NONE,
): Secrets {
  const sayings = said.flatMap(redact => saidSecret(redact) ?? [])
  return {
    has: task => sayings.length > 0 || marked(task).length > 0,
    isAt: (task, path) =>
      sayings.some(says => says(task, path)) || marked(task).some(steps => isAt(steps, path)),
  }
}

const NONE: readonly Steps[] = []

function saidSecret(redact: Redact | undefined): Secrets['isAt'] | undefined {
  if (redact === undefined) return undefined
  if (typeof redact === 'function') return (task, path) => redact(path, { task })
  const ways = redact.map(text => text.split('.'))
  return (_, path) =>
    ways.some(way => (way.length === 1 ? way[0] === path.at(-1) && path.length > 0 : isAt(way, path)))
}

function isAt(steps: Steps, path: JsonPath): boolean {
  return (
    steps.length === path.length && steps.every((step, index) => step === '*' || step === String(path[index]))
  )
}

/** A JSON Schema, as far as it leads to secrets. */
interface Schema {
  readonly secret?: unknown
  readonly writeOnly?: unknown
  readonly format?: unknown
  readonly $ref?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema | readonly Schema[]
  readonly prefixItems?: readonly Schema[]
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** Schemas may lead back to themselves. */
const DEEPEST = 12
const MOST_LOOKS = 5_000

/** The ways to all values that a schema marks: `secret` or `writeOnly` is true, or the format is a password. */
function secretSteps(root: Schema | undefined): readonly Steps[] {
  const found: Steps[] = []
  let looks = 0
  const visit = (given: Schema | boolean | undefined, way: Steps): void => {
    const schema = resolved(given, root)
    if (!schema || way.length > DEEPEST || looks++ > MOST_LOOKS) return
    if (schema.secret === true || schema.writeOnly === true || schema.format === 'password') found.push(way)
    for (const [name, property] of Object.entries(schema.properties ?? {})) visit(property, [...way, name])
    for (const item of [schema.items, schema.prefixItems].flat()) visit(item, [...way, '*'])
    visit(schema.additionalProperties, [...way, '*'])
    for (const other of [schema.anyOf, schema.oneOf, schema.allOf].flat()) visit(other, way)
  }
  visit(root, [])
  return found
}

function resolved(given: Schema | boolean | undefined, root: Schema | undefined): Schema | undefined {
  if (typeof given !== 'object') return undefined
  const name = typeof given.$ref === 'string' ? /^#\/\$defs\/(.+)$/.exec(given.$ref)?.[1] : undefined
  return name === undefined ? given : { ...root?.$defs?.[name], ...given }
}
