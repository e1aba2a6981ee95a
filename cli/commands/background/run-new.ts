import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { UsageError } from '../../errors.ts'
import type { CommonOptions } from '../../options.ts'
import { print, printJson, say } from '../../output.ts'
import { findProject } from '../../project.ts'
import { taskTemplate, taskTestTemplate } from '../../templates/task.ts'
import { writeNewFiles } from '../../write-files.ts'

export interface NewOptions extends CommonOptions {
  readonly tasks?: string
}

const NAME = /^(?:[\w-]+\/)*[A-Z][A-Za-z0-9]*$/
/** What the written files import, and how it is installed. */
const NEEDED = { zod: 'npm install zod', vitest: 'npm install --save-dev vitest' }

/** What `ks bg new` does. */
export async function runNew(given: string, options: NewOptions): Promise<void> {
  const name = given.replace(/\.tsx?$/, '')
  if (!NAME.test(name)) throw misnamed(name)
  const { root, background } = await findProject({ background: { tasks: options.tasks } })
  const place = {
    task: `${background.tasks}/${name}.ts`,
    test: `test/${background.tasks}/${name}.test.ts`,
    extension: importsExtensions(root) ? '.ts' : '',
  }
  await writeNewFiles(root, {
    [place.task]: taskTemplate(name),
    [place.test]: taskTestTemplate(name, place),
  })
  if (options.json) return printJson({ task: name, files: [place.task, place.test] })
  for (const file of [place.task, place.test]) print(file)
  for (const [found, install] of Object.entries(NEEDED))
    if (!isInstalled(found, root)) say(`it imports ${found}: ${install}`)
  say(`try it: ks bg run ${name} --set to=ann@example.com`)
}

function misnamed(name: string): UsageError {
  const words = name.split('/').map((part, index, all) => (index < all.length - 1 ? part : pascalCase(part)))
  const right = words.join('/')
  return new UsageError(
    `${JSON.stringify(name)} is no name for a task: its last part is in PascalCase`,
    NAME.test(right) ? `ks bg new ${right}` : 'ks bg new SendInvoice',
  )
}

function pascalCase(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter(Boolean)
  return words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** Whether TypeScript takes `./SendInvoice.ts` there. */
function importsExtensions(root: string): boolean {
  const file = join(root, 'tsconfig.json')
  return existsSync(file) && /"allowImportingTsExtensions"\s*:\s*true/.test(readFileSync(file, 'utf8'))
}

function isInstalled(name: string, root: string): boolean {
  try {
    createRequire(join(root, 'package.json')).resolve(`${name}/package.json`)
    return true
  } catch {
    return false
  }
}
