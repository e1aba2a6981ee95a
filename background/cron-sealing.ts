import type { CronEntry } from './cron.ts'
import type { Sealing } from './sealing.ts'

/**
 * The entry as it is stored. The same payload becomes the same ciphertext each time: whether an entry from code has
 * changed is seen by comparing. One that says nothing stays as it is.
 */
export function sealedEntry(entry: CronEntry, sealing: Sealing | undefined): CronEntry {
  if (!sealing || /^\s*\{\s*\}\s*$/.test(entry.payload)) return entry
  return { ...entry, payload: sealing.seal(entry.task, entry.payload, 'alike') }
}
