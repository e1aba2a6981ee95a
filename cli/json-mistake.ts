/** What is wrong with a text that should be JSON, and at which character. */
export interface Mistake {
  readonly offset: number
  readonly expected: string
}

const SPACE = /[ \t\r\n]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in its strings
const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/**
 * Where `text` stops being JSON. `JSON.parse` knows too, but says so differently in each version of Node, and not
 * at all for a short text.
 */
export function findMistake(text: string): Mistake | undefined {
  const reader = new Reader(text)
  return reader.value() ?? reader.end()
}

class Reader {
  readonly #text: string
  #offset = 0

  constructor(text: string) {
    this.#text = text
  }

  value(): Mistake | undefined {
    this.#read(SPACE)
    if (this.#take('{')) return this.#members('}', () => this.#member())
    if (this.#take('[')) return this.#members(']', () => this.value())
    if (this.#read(STRING) || this.#read(SCALAR)) return undefined
    return this.#mistake(
      this.#next() === '"' ? 'the string that begins here does not end' : 'a value is expected here',
    )
  }

  end(): Mistake | undefined {
    this.#read(SPACE)
    return this.#offset < this.#text.length ? this.#mistake('nothing more is expected here') : undefined
  }

  #members(close: string, member: () => Mistake | undefined): Mistake | undefined {
    this.#read(SPACE)
    if (this.#take(close)) return undefined
    for (;;) {
      const mistake = member()
      if (mistake) return mistake
      this.#read(SPACE)
      if (this.#take(close)) return undefined
      if (!this.#take(',')) return this.#mistake(`a comma or ${close} is expected here`)
    }
  }

  #member(): Mistake | undefined {
    this.#read(SPACE)
    if (!this.#read(STRING)) return this.#mistake('a name in double quotes is expected here')
    this.#read(SPACE)
    return this.#take(':') ? this.value() : this.#mistake('a colon is expected here')
  }

  #next(): string | undefined {
    return this.#text[this.#offset]
  }

  #take(character: string): boolean {
    if (this.#next() !== character) return false
    this.#offset++
    return true
  }

  #read(pattern: RegExp): boolean {
    pattern.lastIndex = this.#offset
    if (!pattern.test(this.#text)) return false
    this.#offset = pattern.lastIndex
    return true
  }

  #mistake(expected: string): Mistake {
    return {
      offset: this.#offset,
      expected: this.#offset < this.#text.length ? expected : 'it ends too early',
    }
  }
}
