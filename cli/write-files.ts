import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KretesError } from '../framework/errors.ts'

/**
 * Writes new files below `root`: all, or none when one of them is there already.
 *
 * @throws KretesError `FILE_EXISTS`
 */
export async function writeNewFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  const there = Object.keys(files).filter(path => existsSync(join(root, path)))
  if (there.length > 0) throw filesExist(there)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text, { flag: 'wx' })
  }
}

function filesExist(there: readonly string[]): KretesError {
  const is = there.length === 1 ? 'is' : 'are'
  return new KretesError(`${there.join(' and ')} ${is} there already`, {
    code: 'FILE_EXISTS',
    hint: 'nothing was written; take another name, or delete what is there',
  })
}
