import { isKretesError, messageOf } from '../framework/errors.ts'
import { BackgroundError } from './errors.ts'

/** Something in a crontab that means nothing. */
export interface CrontabProblem {
  /** Counted from 1, like `column`. */
  readonly line: number
  readonly column: number
  readonly message: string
  /** What may stand there, or what to do. */
  readonly hint: string
}

/** A problem in a line whose number is not known yet. */
export type Flaw = Omit<CrontabProblem, 'line'>

/** What an error says about the place that it was thrown for. */
export function flawOf(error: unknown, column: number): Flaw {
  const hint = isKretesError(error) ? error.hint : undefined
  return { column, message: messageOf(error), hint: hint ?? 'correct it' }
}

const MOST_TOLD = 20

/** `INVALID_CRONTAB`: a crontab with mistakes, of which nothing is taken. */
export class InvalidCrontab extends BackgroundError {
  readonly problems: readonly CrontabProblem[]

  constructor(file: string, problems: readonly CrontabProblem[]) {
    const told = problems.slice(0, MOST_TOLD).map(({ line, column, message, hint }) => {
      return `  ${file}:${line}:${column} ${message}\n    ${hint}`
    })
    const more = problems.length > MOST_TOLD ? [`  and ${problems.length - MOST_TOLD} more`] : []
    super(
      [
        `${file} has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}`,
        ...told,
        ...more,
      ].join('\n'),
      {
        code: 'INVALID_CRONTAB',
        hint: 'nothing was scheduled; correct what is listed',
      },
    )
    this.problems = problems
  }
}
