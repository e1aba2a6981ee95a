import { BackgroundError } from './errors.ts'

/** A stretch of a query; `column` counts from 1. */
export interface QueryPlace {
  readonly query: string
  readonly column: number
  readonly length: number
}

/** `INVALID_QUERY`: a query that means nothing, and where it stops to. */
export class InvalidQuery extends BackgroundError {
  readonly place: QueryPlace

  constructor(message: string, hint: string, place: QueryPlace) {
    super(`${message} (column ${place.column})`, { code: 'INVALID_QUERY', hint })
    this.place = place
  }
}
