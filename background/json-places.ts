/** The way to a value in JSON: names of properties and numbers of items. */
export type JsonPath = readonly (string | number)[]

/** Answers with other JSON text for the value at a path, or with nothing to leave it. */
export type Replace = (path: JsonPath, text: () => string) => string | undefined

const SPACE = /[\s]*/y
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)/sy
const WORD = /[^\s,\]}:]+/y

/**
 * Rewrites values in JSON text and leaves every other character as it is: to parse and write it again would round big
 * numbers. Text that was cut off is fine, its end is just missing.
 */
export function rewriteJson(text: string, replace: Replace): string {
  const scanner = new Scanner(text)
  let written = ''
  let done = 0
  const visit = (path: JsonPath): void => {
    scanner.space()
    const start = scanner.at
    const skipped = () => text.slice(start, skipFrom(text, start))
    const replacement = replace(path, skipped)
    if (replacement === undefined) return scanner.inside(path, visit)
    scanner.at = skipFrom(text, start)
    written += text.slice(done, start) + replacement
    done = scanner.at
  }
  visit([])
  return written + text.slice(done)
}

function skipFrom(text: string, at: number): number {
  const scanner = new Scanner(text)
  scanner.at = at
  const skip = (path: JsonPath): void => {
    scanner.space()
    scanner.inside(path, skip)
  }
  skip([])
  return scanner.at
}

class Scanner {
  readonly #text: string
  at = 0

  constructor(text: string) {
    this.#text = text
  }

  space(): void {
    this.#take(SPACE)
  }

  /** Goes past the value that begins here, and visits those in it. */
  inside(path: JsonPath, visit: (path: JsonPath) => void): void {
    const opening = this.#text[this.at]
    if (opening === '{') this.#members(path, visit)
    else if (opening === '[') this.#items(path, visit)
    else if (opening === '"') this.#take(STRING)
    else this.#take(WORD)
  }

  #members(path: JsonPath, visit: (path: JsonPath) => void): void {
    this.#each('}', () => {
      const name = this.#take(STRING)
      if (name === '') return false
      this.space()
      if (this.#text[this.at] !== ':') return false
      this.at++
      visit([...path, nameIn(name)])
      return true
    })
  }

  #items(path: JsonPath, visit: (path: JsonPath) => void): void {
    let index = 0
    this.#each(']', () => {
      visit([...path, index++])
      return true
    })
  }

  /** What is between brackets, until they close or the text ends. */
  #each(closing: string, element: () => boolean): void {
    this.at++
    while (this.at < this.#text.length) {
      this.space()
      const next = this.#text[this.at]
      if (next === closing) {
        this.at++
        return
      }
      if (next === ',') this.at++
      else if (next === undefined || !element()) return
    }
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const [found = ''] = pattern.exec(this.#text) ?? []
    this.at += found.length
    return found
  }
}

function nameIn(text: string): string {
  try {
    return JSON.parse(text)
  } catch {
    return text.slice(1)
  }
}
