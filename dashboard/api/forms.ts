/** What a form has sent, as the API takes it. */
export interface Sent {
  readonly method: string
  /** JSON text. */
  readonly body: string
  /** Where to go once it is done, from the root of the dashboard; `:id` and `:name` are those in the answer. */
  readonly back: string
}

/** JSON text, or what is in an object. */
type Node = string | Map<string, Node>

/** How the text of a field becomes JSON, by what stands behind the colon of its name; undefined leaves it out. */
const KINDS: Readonly<Record<string, (text: string) => string | undefined>> = {
  text: text => JSON.stringify(text),
  optional: text => (text === '' ? undefined : JSON.stringify(text)),
  null: text => (text === '' ? 'null' : JSON.stringify(text)),
  number: text => (text === '' ? undefined : jsonOf(text)),
  json: text => (text.trim() === '' ? undefined : jsonOf(text)),
  date: text => (text === '' ? undefined : JSON.stringify(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`)),
  list: text => (text === '' ? undefined : JSON.stringify(text.split(','))),
}

/**
 * A form as a body of the API. What begins with `_` is for us: `_method`, `_back`. All others are properties, told apart by
 * their kind: `queue:optional`, `payload.card.number:text`. Payloads are sent as text, so that they stay as they are.
 */
export function readForm(form: URLSearchParams): Sent {
  const root = new Map<string, Node>()
  for (const [field, text] of form) {
    if (field.startsWith('_')) continue
    const [, name = field, kind = 'optional'] = /^(.*):([a-z]+)$/.exec(field) ?? []
    const value = (KINDS[kind] ?? KINDS.text)?.(text)
    if (value !== undefined) put(root, name.split('.').map(decoded), value)
  }
  const payload = root.get('payload')
  if (payload !== undefined) {
    root.delete('payload')
    root.set('payloadText', JSON.stringify(write(payload)))
  }
  return {
    method: (form.get('_method') ?? 'POST').toUpperCase(),
    body: write(root),
    back: form.get('_back') ?? '',
  }
}

/** The way to a page from a form at `root`; only to one of ours, whatever `back` says. */
export function wayBack(root: string, back: string, answer: object): string {
  const { id = '', name = '' } = answer as { readonly id?: string; readonly name?: string }
  const filled = back.replace(':id', encodeURIComponent(id)).replace(':name', encodeURIComponent(name))
  const path = filled.replace(/^[./\\]+/, '')
  const isOurs = !/^[^/?#]*:/.test(path) && !/[\\\r\n]/.test(path)
  return root + (isOurs ? path : '')
}

/** A field with a longer name is more precise than one of which it is a part. */
function put(node: Map<string, Node>, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    if (!(node.get(name) instanceof Map)) node.set(name, value)
    return
  }
  const inner = node.get(name)
  const map = inner instanceof Map ? inner : new Map<string, Node>()
  node.set(name, map)
  put(map, rest, value)
}

function write(node: Node): string {
  if (typeof node === 'string') return node
  return `{${[...node].map(([name, value]) => `${JSON.stringify(name)}:${write(value)}`).join()}}`
}

/** Text that is no JSON is sent as text: whoever takes it says what is wrong. */
function jsonOf(text: string): string {
  try {
    JSON.parse(text)
    return text
  } catch {
    return JSON.stringify(text)
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
