import { didYouMean } from '../framework/did-you-mean.ts'
import { isKretesError, messageOf } from '../framework/errors.ts'
import { BackgroundError } from './errors.ts'

/** `DUPLICATE_CRON`: one name, two cron entries. */
export class DuplicateCron extends BackgroundError {
  constructor(names: readonly (readonly [name: string, places: readonly string[]])[]) {
    const told = names.map(([name, places]) => `the cron entry ${name} is defined by ${places.join(' and ')}`)
    super(told.join('; '), {
      code: 'DUPLICATE_CRON',
      hint: "give each its own name: ?id=… in a crontab, name: '…' elsewhere; without one it has the task's",
    })
  }
}

/** `INVALID_CRON`: an entry whose jobs could not run, because the task refuses its payload. */
export class InvalidCron extends BackgroundError {
  constructor(name: string, place: string, cause: unknown) {
    const hint = isKretesError(cause) ? cause.hint : undefined
    super(`the cron entry ${name}, defined by ${place}: ${messageOf(cause)}`, {
      code: 'INVALID_CRON',
      hint: hint ?? 'correct its payload; an object gets _cron beside its own properties',
      cause,
    })
  }
}

/** `CRON_EXISTS`: an entry is to be added under a name that is taken. */
export class CronExists extends BackgroundError {
  constructor(name: string) {
    super(`there is a cron entry named ${name} already`, {
      code: 'CRON_EXISTS',
      hint: 'change it, or give the new one another name',
    })
  }
}

/** `CRON_NOT_FOUND`: no entry has this name. */
export class CronNotFound extends BackgroundError {
  constructor(name: string, known: readonly string[]) {
    const meant = didYouMean(name, known)
    super(`there is no cron entry named ${name}${meant ? `; did you mean ${meant}?` : ''}`, {
      code: 'CRON_NOT_FOUND',
      hint: known.length > 0 ? `there are ${known.slice(0, 20).join(', ')}` : 'there is none at all',
    })
  }
}

/** `CRON_IN_CODE`: an entry that code defines is to be changed or removed at run time, until the next start undid it. */
export class CronInCode extends BackgroundError {
  constructor(name: string, source: string) {
    super(`the cron entry ${name} is defined by code (${source}), which would bring it back`, {
      code: 'CRON_IN_CODE',
      hint: 'change the code and start a worker with it; to stop it until then, pause it',
    })
  }
}
