import { didYouMean } from '../framework/did-you-mean.ts'
import { milliseconds } from '../framework/duration.ts'
import { POINT_IN_TIME, pointInTime } from '../framework/point-in-time.ts'
import { JOB_STATES, type JobState } from './job.ts'
import type { Term, Value } from './query-terms.ts'

/** What is wrong with a term; whoever reads the whole query knows where that is. */
export class QueryMistake extends Error {
  readonly hint: string
  /** Undefined when the field itself is wrong. */
  readonly value: Value | undefined

  constructor(message: string, hint: string, value?: Value) {
    super(message)
    this.hint = hint
    this.value = value
  }
}

/** The text of a value, with what may be around it. */
export function textPattern({ text, openStart, openEnd }: Value) {
  return { text, openStart, openEnd }
}

/** The states that a term allows. */
export function readStates({ values, not }: Term): readonly JobState[] {
  const named = values.map(value => {
    refuseStars(value, 'state')
    const state = JOB_STATES.find(one => one === value.text)
    if (state) return state
    const meant = didYouMean(value.text, JOB_STATES)
    throw new QueryMistake(
      `there is no state ${value.text}${meant ? `; did you mean ${meant}?` : ''}`,
      `states are ${JOB_STATES.join(', ')}`,
      value,
    )
  })
  return not ? JOB_STATES.filter(state => !named.includes(state)) : named
}

/** The ids that a term names, also with a `#` as they are printed. */
export function readIds({ values, not }: Term): readonly string[] {
  if (not) throw new QueryMistake('ids cannot be left out', 'name the ids that are meant: id:17,18')
  return values.map(value => {
    refuseStars(value, 'id')
    const id = value.text.replace(/^#/, '')
    if (/^\d{1,18}$/.test(id)) return id
    throw new QueryMistake(`${value.text} is not the id of a job`, 'an id is a number: id:17,18', value)
  })
}

const PRIORITY = /^(<=|>=|<|>)?(-?\d{1,5})$/
const [LEAST, MOST] = [-32_768, 32_767]

/** The priorities that a term allows. */
export function priorityCondition({ values }: Term) {
  const ranges = values.map((value): readonly [number, number] => {
    refuseStars(value, 'priority')
    const [match, sign = '', number] = PRIORITY.exec(value.text) ?? []
    if (match === undefined)
      throw new QueryMistake(
        `${value.text} is not a priority`,
        `write a whole number from ${LEAST} to ${MOST}, or <0, <=0, >0, >=0`,
        value,
      )
    return rangeOf(sign, Number(number))
  })
  return { field: 'priority' as const, ranges }
}

function rangeOf(sign: string, number: number): readonly [number, number] {
  if (sign === '<') return [LEAST, number - 1]
  if (sign === '<=') return [LEAST, number]
  if (sign === '>') return [number + 1, MOST]
  return [number, sign === '>=' ? MOST : number]
}

/** The time that a term names. */
export function timeCondition({ field, values, not }: Term) {
  const [value, another] = values as [Value, Value?]
  if (not || another)
    throw new QueryMistake(
      not ? `${field} cannot be turned around` : `${field} takes one time`,
      'since: is then or later, before: is earlier; both together are a span',
      another,
    )
  refuseStars(value, field)
  const at = pointInTime(value.text)
  return { field: field as 'since' | 'before', time: at ? { at } : { ago: durationOf(value) } }
}

function durationOf(value: Value): number {
  try {
    return milliseconds(value.text)
  } catch {
    throw new QueryMistake(
      `${value.text} is not a time`,
      `write how long ago, 30s, 10m, 1h, 7d, or ${POINT_IN_TIME}`,
      value,
    )
  }
}

function refuseStars(value: Value, field: string): void {
  if (value.openStart || value.openEnd)
    throw new QueryMistake(`${field}: takes no star`, `write out what is meant`, value)
}
