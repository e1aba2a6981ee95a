import { readdir } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { VERSION } from '../../background/operator.ts'
import { KretesError } from '../../framework/errors.ts'
import type { CommonOptions } from '../options.ts'
import { print, printJson, say } from '../output.ts'
import { appTemplate } from '../templates/app.ts'
import { writeNewFiles } from '../write-files.ts'

/** What `ks new` does. */
export async function runNew(given: string, options: CommonOptions): Promise<void> {
  const directory = resolve(given)
  await refuseFull(directory, given)
  const files = appTemplate(packageName(directory), VERSION)
  await writeNewFiles(directory, files)
  if (options.json) return printJson({ directory, files: Object.keys(files) })
  for (const file of Object.keys(files)) print(file)
  say(`go on with: cd ${given} && npm install && npm run dev`)
}

async function refuseFull(directory: string, given: string): Promise<void> {
  const names = await readdir(directory).catch(error => {
    if (error.code === 'ENOENT') return []
    throw new KretesError(`${given} cannot be a directory: ${error.message}`, {
      code: 'DIRECTORY_UNUSABLE',
      hint: 'take another name',
    })
  })
  // a new repository is as good as empty
  if (names.some(name => name !== '.git'))
    throw new KretesError(`${given} is not empty`, {
      code: 'DIRECTORY_NOT_EMPTY',
      hint: 'nothing was written; name a directory that is new or empty',
    })
}

/** What npm takes as a name. */
function packageName(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
  return name || 'app'
}
