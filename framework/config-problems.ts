import type * as z from 'zod'
import { didYouMean } from './did-you-mean.ts'
import { isPlainObject, type PlainObject } from './plain-object.ts'

/** Where values came from, and the values. */
export interface Layer {
  readonly source: string
  readonly values: PlainObject
}

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** One line per problem: path, what is wrong with it, and where the value came from. */
export function describeProblems(
  issues: readonly Issue[],
  schema: z.ZodType,
  layers: readonly Layer[],
): string[] {
  return issues.flatMap(issue => {
    if (issue.code !== 'unrecognized_keys') return line(issue.path, complaint(issue, layers), layers)
    const known = keysAt(schema, issue.path)
    return issue.keys.map(key => line([...issue.path, key], unknownKey(key, known), layers))
  })
}

function line(path: Path, complaint: string, layers: readonly Layer[]): string {
  const source = layers.findLast(layer => valueAt(layer.values, path) !== undefined)?.source
  return `${path.map(String).join('.')}: ${complaint}${source === undefined ? '' : ` (${source})`}`
}

function complaint(issue: Issue, layers: readonly Layer[]): string {
  const message = messageOf(issue)
    .replace(/^Invalid (input|option): /, '')
    .replaceAll('"|"', '", "')
  const sentence = message.charAt(0).toLowerCase() + message.slice(1)
  const isOfWrongKind = ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code)
  return isOfWrongKind ? sentence + got(issue.path, layers) : sentence
}

/** Of a union zod says only that nothing fits; what would fit is in the failures of its options. */
function messageOf(issue: Issue): string {
  if (issue.code !== 'invalid_union') return issue.message
  const options = issue.errors
    .flat()
    .map(inner => (inner.code === 'invalid_type' ? inner.expected : messageOf(inner)))
  return options.length > 0 ? `expected ${[...new Set(options)].join(' or ')}` : issue.message
}

/** Shown only where the kind of value is wrong: a string that is merely too short may be a secret. */
function got(path: Path, layers: readonly Layer[]): string {
  const value = layers.map(layer => valueAt(layer.values, path)).findLast(value => value !== undefined)
  const isShort = ['string', 'number', 'boolean'].includes(typeof value) && String(value).length <= 40
  return isShort ? `, got ${JSON.stringify(value)}` : ''
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = didYouMean(key, known)
  if (meant !== undefined) return `unknown key; did you mean "${meant}"?`
  return known.length > 0
    ? `unknown key; known here: ${known.join(', ')}`
    : 'unknown key; nothing can be set here'
}

function keysAt(schema: z.ZodType, path: Path): string[] {
  const [key, ...rest] = path
  const object = unwrapped(schema) as { shape?: Record<string, z.ZodType> }
  if (key === undefined) return Object.keys(object.shape ?? {})
  const inner = object.shape?.[String(key)]
  return inner === undefined ? [] : keysAt(inner, rest)
}

/** The object inside `.optional()`, `.default()`, `.readonly()` and their like. */
function unwrapped(schema: z.ZodType): z.ZodType {
  return 'unwrap' in schema && typeof schema.unwrap === 'function' ? unwrapped(schema.unwrap()) : schema
}

function valueAt(values: unknown, path: Path): unknown {
  const [key, ...rest] = path
  if (key === undefined) return values
  return isPlainObject(values) ? valueAt(values[String(key)], rest) : undefined
}
