import { Field } from './field.tsx'

/** As much of JSON Schema as a form can ask for; everything else is asked for as JSON. */
export interface Schema {
  readonly type?: unknown
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

interface Props {
  /** Where its value goes in the body: `payload.to`. */
  readonly path: string
  readonly name: string
  readonly schema: Schema
  readonly isRequired: boolean
}

/** A field for each property of an object. */
export function SchemaFields({ schema, path }: { schema: Schema; path: string }) {
  const { properties = {}, required = [] } = schema
  return (
    <>
      {Object.entries(properties).map(([name, property]) => (
        <Property
          path={`${path}.${encodeURIComponent(name).replaceAll('.', '%2E')}`}
          name={name}
          schema={property}
          isRequired={required.includes(name) && property.default === undefined}
        />
      ))}
    </>
  )
}

function Property(props: Props) {
  const { name, schema, path, isRequired } = props
  if (schema.type === 'object' && schema.properties)
    return (
      <fieldset class="group">
        <legend>{schema.title ?? name}</legend>
        <SchemaFields schema={schema} path={path} />
      </fieldset>
    )
  const label = (
    <>
      {schema.title ?? name} {!isRequired && <span class="faint small">optional</span>}
    </>
  )
  return (
    <Field label={label} hint={schema.description}>
      <Control {...props} />
    </Field>
  )
}

function Control({ schema, path, isRequired }: Props) {
  const { type, format, minLength, maxLength, minimum, maximum } = schema
  const fallback = schema.default === undefined ? undefined : JSON.stringify(schema.default)
  if (schema.enum)
    return <Choice name={`${path}:json`} values={schema.enum} fallback={fallback} isRequired={isRequired} />
  if (type === 'boolean')
    return <Choice name={`${path}:json`} values={[true, false]} fallback={fallback} isRequired={isRequired} />
  if (type === 'integer' || type === 'number')
    return (
      <input
        {...{
          name: `${path}:number`,
          type: 'number',
          step: type === 'integer' ? 1 : 'any',
          placeholder: fallback,
        }}
        {...{ min: minimum, max: maximum, required: isRequired }}
      />
    )
  if (type === 'string')
    return (
      <input
        {...{ name: `${path}:${isRequired ? 'text' : 'optional'}`, type: inputType(format) }}
        {...{ placeholder: fallback && String(schema.default), required: isRequired }}
        {...{ minlength: minLength, maxlength: maxLength }}
      />
    )
  return (
    <textarea
      name={`${path}:json`}
      rows={3}
      spellcheck={false}
      placeholder={fallback ?? 'JSON'}
      required={isRequired}
    />
  )
}

function Choice(props: {
  name: string
  values: readonly unknown[]
  fallback: string | undefined
  isRequired: boolean
}) {
  const { name, values, fallback, isRequired } = props
  return (
    <select name={name} required={isRequired}>
      <option value="">{fallback === undefined ? '' : `default: ${fallback}`}</option>
      {values.map(value => (
        <option value={JSON.stringify(value)}>{String(value)}</option>
      ))}
    </select>
  )
}

function inputType(format: string | undefined): string {
  if (format === 'email') return 'email'
  if (format === 'uri' || format === 'url') return 'url'
  return format === 'date' ? 'date' : 'text'
}
