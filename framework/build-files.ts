import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { writeIfChanged } from './write-if-changed.ts'

const KEPT_DAYS = 7

/** Writes a file whose name holds a hash of its contents. One that is there already is marked as used today. */
export function writeBuildFile(path: string, contents: Uint8Array): void {
  if (writeIfChanged(path, contents)) return
  const now = new Date()
  utimesSync(path, now, now)
}

/** Deletes what no build has used for a week: every change leaves a file behind. */
export function removeOldBuildFiles(directory: string): void {
  const oldest = Date.now() - KEPT_DAYS * 86_400_000
  for (const name of filesIn(directory)) {
    const path = join(directory, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats?.isFile() && stats.mtimeMs < oldest) rmSync(path, { force: true })
  }
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true }) as string[]
  } catch {
    return []
  }
}
