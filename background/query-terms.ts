import { InvalidQuery } from './query-errors.ts'

/** One `field:value,value` of a query, as it was written. Columns count from 1. */
export interface Term {
  readonly field: string
  /** It began with a minus: jobs that do not match are meant. */
  readonly not: boolean
  readonly values: readonly Value[]
  readonly column: number
}

/** What is behind the colon, up to a comma. */
export interface Value {
  readonly text: string
  /** A star before it: anything may come before. */
  readonly openStart: boolean
  /** A star behind it: anything may follow. */
  readonly openEnd: boolean
  readonly column: number
  /** How many characters it takes in the query, with stars and quotes. */
  readonly length: number
}

const SPACE = /\s*/y
const FIELD = /(-?)([^\s:,"*]+):/y
const VALUE = /(\*?)(?:"((?:[^"\\]|\\.)*)"|([^\s,"*]*))(\*?)/y
const WORD = /\S+/y

/**
 * The terms of a query.
 *
 * @throws InvalidQuery
 */
export function readTerms(query: string): Term[] {
  const reader = new Reader(query)
  const terms: Term[] = []
  for (let term = reader.term(); term; term = reader.term()) terms.push(term)
  return terms
}

class Reader {
  readonly #query: string
  #offset = 0

  constructor(query: string) {
    this.#query = query
  }

  /** The next term; undefined at the end. */
  term(): Term | undefined {
    this.#read(SPACE)
    if (this.#offset >= this.#query.length) return undefined
    const column = this.#offset + 1
    const [, minus, field] = this.#read(FIELD) ?? this.#refuseFreeText()
    const values = [this.#value(field as string)]
    while (this.#query[this.#offset] === ',') {
      this.#offset++
      values.push(this.#value(field as string))
    }
    return { field: field as string, not: minus === '-', values, column }
  }

  #value(field: string): Value {
    const start = this.#offset
    const [all, first, quoted, bare = '', last] = this.#read(VALUE) as RegExpExecArray
    const text = quoted === undefined ? bare : quoted.replace(/\\(.)/gs, '$1')
    const next = this.#query[this.#offset]
    if (next !== undefined && !/[\s,]/.test(next)) this.#refuseInside(next, last !== '')
    if (text === '' && !first) this.#refuseEmpty(field, start)
    const isAnything = text === ''
    return {
      text,
      openStart: first !== '',
      openEnd: last !== '' || isAnything,
      column: start + 1,
      length: all.length,
    }
  }

  #read(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#offset
    const match = pattern.exec(this.#query)
    if (match) this.#offset = pattern.lastIndex
    return match
  }

  #refuseFreeText(): never {
    const [word = ''] = this.#read(WORD) ?? []
    const start = this.#offset - word.length
    throw this.#mistake(
      `${word} says nothing without a field`,
      `write task:${word}, error:${word} or payload.name:${word}; a value with spaces needs double quotes, error:"not found"`,
      start,
      word.length,
    )
  }

  #refuseInside(next: string, isBehindStar: boolean): never {
    if (next === '*' || isBehindStar)
      throw this.#mistake(
        'a star may stand only at the ends of a value',
        'put the value in double quotes if it has stars of its own',
        next === '*' ? this.#offset : this.#offset - 1,
      )
    const closes = this.#query.indexOf('"', this.#offset + 1) >= 0
    throw this.#mistake(
      closes ? 'a quote may stand only at the ends of a value' : 'the quote that begins here does not end',
      'write field:"a value", with \\" for a quote inside it',
      this.#offset,
    )
  }

  #refuseEmpty(field: string, start: number): never {
    throw this.#mistake(
      `${field}: has no value`,
      `write ${field}:value, or ${field}:* for jobs that have any`,
      start,
    )
  }

  #mistake(message: string, hint: string, offset: number, length = 1): InvalidQuery {
    return new InvalidQuery(message, hint, { query: this.#query, column: offset + 1, length })
  }
}
