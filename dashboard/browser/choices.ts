/** Something that may stand where the cursor is. */
export interface Choice {
  readonly text: string
  readonly about: string
  /** What it takes the place of. */
  readonly from: number
  readonly to: number
}

/** What is known without asking: fields with what they mean, and the states. */
interface Known {
  readonly fields: Readonly<Record<string, string>>
  readonly states: readonly string[]
}

const MOST = 12

/** What may be written where the cursor of `input` is: a field, or behind its colon a value. */
export async function choicesFor(input: HTMLInputElement): Promise<readonly Choice[]> {
  const cursor = input.selectionStart ?? input.value.length
  const [word = ''] = /(?:[^\s"]|"[^"]*"?)*$/.exec(input.value.slice(0, cursor)) ?? []
  const known = JSON.parse(input.dataset.search as string) as Known
  const colon = word.indexOf(':')
  if (colon < 0) return fieldsLike(word, cursor, known)
  const field = word.slice(0, colon).replace(/^-/, '')
  const value = word.slice(Math.max(colon, word.lastIndexOf(',')) + 1).replaceAll('"', '')
  const from = cursor - (word.length - Math.max(colon, word.lastIndexOf(',')) - 1)
  const values = await valuesLike(field, value, known)
  return values.map(text => ({ text: quoted(text), about: '', from, to: cursor }))
}

function fieldsLike(word: string, cursor: number, { fields }: Known): Choice[] {
  const minus = word.startsWith('-') ? '-' : ''
  const start = word.slice(minus.length)
  return Object.entries(fields)
    .filter(([name]) => name.startsWith(start))
    .map(([name, about]) => {
      const text = `${minus}${name}${name === 'payload' ? '.' : ':'}`
      return { text, about, from: cursor - word.length, to: cursor }
    })
}

async function valuesLike(field: string, value: string, { states }: Known): Promise<readonly string[]> {
  const all = field === 'state' ? states : await suggested(field, value)
  return all.filter(one => one !== value && one.toLowerCase().includes(value.toLowerCase())).slice(0, MOST)
}

async function suggested(field: string, value: string): Promise<readonly string[]> {
  if (!['task', 'queue', 'tag', 'worker'].includes(field)) return []
  const query = new URLSearchParams({ field, q: value })
  const response = await fetch(`api/suggest?${query}`).catch(() => undefined)
  if (!response?.ok) return []
  const { values } = (await response.json()) as { readonly values: readonly string[] }
  return values
}

const quoted = (text: string) => (/[\s,"*]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text)
