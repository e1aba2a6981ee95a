/** A JSON Schema, as far as a form needs it. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
}

/**
 * The payload that a form has filled in, as JSON text: a field for each property of the schema. Empty ones are left out;
 * what is no text is written as JSON.
 */
export function payloadOfFields(
  fields: Readonly<Record<string, string>>,
  schema: object | undefined,
): string {
  const { properties = {} } = (schema ?? {}) as Schema
  const members = Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${JSON.stringify(name)}:${jsonOf(value, properties[name])}`)
  return `{${members.join()}}`
}

function jsonOf(value: string, schema: Schema | undefined): string {
  const types = [schema?.type ?? []].flat()
  if (types.includes('string') || types.length === 0) return JSON.stringify(value)
  if (types.includes('boolean')) return String(value === 'on' || value === 'true')
  return value
}
