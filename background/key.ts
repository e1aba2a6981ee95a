import type { Duration } from '../framework/duration.ts'
import { InvalidOption } from './errors.ts'
import { durationOption, oneOfOption, textOption } from './option-checks.ts'

/**
 * What scheduling under a key does to the job that has it and waits:
 * - `replace`: it becomes the new one, due at the new time.
 * - `preserve_run_at`: the same, but due when it was, unless an attempt has failed.
 * - `unsafe_dedupe`: it stays as it is, and so does one that is running: the new one may never run.
 *
 * Under the first two, array payloads are put together. The words are those of the SQL API and of crontab files.
 */
export type KeyMode = 'replace' | 'preserve_run_at' | 'unsafe_dedupe'

export const KEY_MODES: readonly KeyMode[] = ['replace', 'preserve_run_at', 'unsafe_dedupe']

/** How a key is given: 1 to 512 characters, alone or with what it does. */
export type KeyOption =
  | string
  | {
      readonly name: string
      /** Default: `'replace'`. */
      readonly mode?: KeyMode | undefined
      /** However often the job is replaced, it is due so long after it was first scheduled: `'1m'`. Default: no limit. */
      readonly maxWait?: Duration | undefined
    }

/** A key, checked. */
export interface JobKey {
  readonly name: string
  readonly mode: KeyMode
  /** Milliseconds. */
  readonly maxWait: number | undefined
}

/**
 * The key that `option` describes.
 *
 * @throws InvalidOption
 */
export function jobKey(option: unknown): JobKey {
  const given = typeof option === 'object' && option !== null ? option : { name: option }
  const { name, mode = 'replace', maxWait, ...unknown } = given as Record<string, unknown>
  const [surplus] = Object.keys(unknown)
  if (surplus !== undefined)
    throw new InvalidOption(`key has no ${surplus}`, 'key has name, mode and maxWait')
  if (maxWait !== undefined && mode !== 'replace') throw noUse(mode)
  return {
    name: textOption('key', name, 512),
    mode: oneOfOption('the mode of key', mode, KEY_MODES),
    maxWait: maxWait === undefined ? undefined : durationOption('maxWait', maxWait),
  }
}

function noUse(mode: unknown): InvalidOption {
  return new InvalidOption(
    `maxWait is given with the key mode ${String(mode)}, which never puts a job off`,
    'leave it out, or use the mode replace',
  )
}
