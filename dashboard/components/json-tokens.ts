/** A piece of JSON text as it is shown. */
export interface JsonToken {
  readonly kind: 'key' | 'text' | 'value' | 'mark' | 'space'
  readonly text: string
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/y

/**
 * JSON text in pieces, with a line for each member. Numbers and strings stay exactly as they were written: nothing is
 * parsed, or 9007199254740993 would become another number. What is no JSON comes back as it is.
 */
export function jsonTokens(json: string): JsonToken[] {
  const words = wordsOf(json)
  if (!words) return [{ kind: 'value', text: json }]
  const tokens: JsonToken[] = []
  let depth = 0
  for (const [index, word] of words.entries()) {
    const next = words[index + 1]
    if (isClosing(word) && !isOpening(words[index - 1])) tokens.push(line(--depth))
    else if (isClosing(word)) depth--
    tokens.push({ kind: kindOf(word, next), text: word })
    if (isOpening(word)) depth++
    if ((isOpening(word) && !isClosing(next)) || word === ',') tokens.push(line(depth))
    if (word === ':') tokens.push({ kind: 'space', text: ' ' })
  }
  return tokens
}

function wordsOf(json: string): string[] | undefined {
  const words: string[] = []
  const text = json.trimEnd()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (!match) return undefined
    words.push(match[1] as string)
  }
  return words
}

const isOpening = (word: string | undefined) => word === '{' || word === '['
const isClosing = (word: string | undefined) => word === '}' || word === ']'

function kindOf(word: string, next: string | undefined): JsonToken['kind'] {
  if (word.startsWith('"')) return next === ':' ? 'key' : 'text'
  return /^[{}[\],:]$/.test(word) ? 'mark' : 'value'
}

const line = (depth: number): JsonToken => ({ kind: 'space', text: `\n${'  '.repeat(depth)}` })
