import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes `path` hold `contents` and says whether it did not before. The file appears as a whole or not at all,
 * also for another process that writes the same file at the same time.
 */
export function writeIfChanged(path: string, contents: string | Uint8Array): boolean {
  const bytes = Buffer.from(contents)
  if (readOrNothing(path)?.equals(bytes)) return false
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`
  writeFileSync(draft, bytes)
  renameSync(draft, path)
  return true
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
