import { BackgroundError } from './errors.ts'

/** `ENCRYPTION_KEY_MISSING`: a payload is encrypted with a key that this process does not have. */
export class KeyMissing extends BackgroundError {
  constructor(task: string, key: string, known: readonly string[]) {
    super(`the payload of ${task} is encrypted with the key ${key}, which this process does not have`, {
      code: 'ENCRYPTION_KEY_MISSING',
      hint:
        `add it to BACKGROUND_ENCRYPTION_KEYS or to encryption.keys, behind ${known.join(', ') || 'no other'}; ` +
        'the job waits meanwhile and uses up no attempt',
    })
  }
}

/** `PAYLOAD_BROKEN`: an encrypted payload was changed, belongs to another task, or its key has another key's id. */
export class BrokenPayload extends BackgroundError {
  constructor(task: string, what: string, cause?: unknown) {
    super(`the encrypted payload of ${task} cannot be opened: ${what}`, {
      code: 'PAYLOAD_BROKEN',
      hint: 'look for two keys with one id, for a task that was renamed while jobs waited, and for who may write into the database',
      cause,
    })
  }
}

/** `PAYLOAD_NOT_ENCRYPTED`: a job came with a plain payload, and the configuration refuses those. */
export class PlainPayload extends BackgroundError {
  constructor(task: string) {
    super(`the payload of ${task} is not encrypted`, {
      code: 'PAYLOAD_NOT_ENCRYPTED',
      hint: "schedule it with Background.schedule, or accept plain payloads: encryption: { plain: 'accept' }",
    })
  }
}

/** `NO_ENCRYPTION_KEY`: something is to be encrypted, and this process has no key. */
export class NoKey extends BackgroundError {
  constructor() {
    super('there is no key to encrypt with', {
      code: 'NO_ENCRYPTION_KEY',
      hint: 'set BACKGROUND_ENCRYPTION_KEYS, or encryption.keys in the configuration; the first key encrypts',
    })
  }
}
