import { KretesError } from '../framework/errors.ts'
import type { Verb } from './access.ts'

/** `FORBIDDEN`: somebody may look, but not do that. */
export class Forbidden extends KretesError {
  constructor(verb: Verb) {
    super(`you may not do that here: ${verb}`, {
      code: 'FORBIDDEN',
      hint: 'ask whoever runs this app for the right to do it',
    })
  }
}
