/** What a form has sent, as the API takes it. */
export interface Sent {
  readonly method: string
  readonly body: Readonly<Record<string, unknown>>
  /** Where to go once it is done, from the root of the dashboard; `:id` is the id in the answer. */
  readonly back: string
}

const FIELD = 'payload.'

/**
 * A form as a body of the API. What begins with `_` is for us: `_method`, `_back`; `payload` is JSON text; what begins
 * with `payload.` is a property of it. Empty fields are as if they were not there.
 */
export function readForm(form: URLSearchParams): Sent {
  const entries = [...form].filter(([name, value]) => !name.startsWith('_') && value !== '')
  const fields = [...form].filter(([name]) => name.startsWith(FIELD))
  const others = entries
    .filter(([name]) => !name.startsWith(FIELD))
    .map(([name, value]) => [name === 'payload' ? 'payloadText' : name, value])
  return {
    method: (form.get('_method') ?? 'POST').toLowerCase(),
    back: form.get('_back') ?? '',
    body: {
      ...Object.fromEntries(others),
      ...(fields.length > 0 && {
        fields: Object.fromEntries(fields.map(([name, value]) => [name.slice(FIELD.length), value])),
      }),
    },
  }
}

/** The way to a page from a form at `root`; only to one of ours, whatever `back` says. */
export function wayBack(root: string, back: string, answer: object): string {
  const { id = '' } = answer as { readonly id?: string }
  const path = back.replace(':id', encodeURIComponent(id)).replace(/^[./\\]+/, '')
  const isOurs = !/^[^/?#]*:/.test(path) && !path.includes('\\') && !/[\r\n]/.test(path)
  return root + (isOurs ? path : '')
}
