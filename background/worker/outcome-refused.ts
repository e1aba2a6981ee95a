import { messageOf } from '../../framework/errors.ts'
import { BackgroundError } from '../errors.ts'

/** `OUTCOME_REFUSED`: an attempt ended in a way that the database would not store, such as a retry in the year 300,000. */
export class OutcomeRefused extends BackgroundError {
  constructor(outcome: string, cause: unknown) {
    super(`the task ended as ${outcome}, which could not be stored: ${messageOf(cause)}`, {
      code: 'OUTCOME_REFUSED',
      hint: 'look at the times the task asks for, and at triggers and constraints that were added to our tables',
      cause,
    })
  }
}
