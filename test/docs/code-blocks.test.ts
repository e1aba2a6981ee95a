import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import * as background from '../../background/index.ts'
import * as framework from '../../framework/index.ts'
import { type Block, type Page, readPages } from '../support/markdown.ts'
import { REPOSITORY } from '../support/sources.ts'

/** A block may begin with the name of its file; one without is somewhere in the app, beside `tasks/`. */
const NAMED = /^\/\/ ([\w./-]+\.ts)\b/
const TSC = join(REPOSITORY, 'node_modules', '.bin', 'tsc')
/** The app of somebody who reads the guides: any bundler will do, so imports need no extension. */
const CONFIG = {
  extends: join(REPOSITORY, 'tsconfig.json'),
  compilerOptions: {
    module: 'preserve',
    moduleResolution: 'bundler',
    rewriteRelativeImportExtensions: false,
  },
  include: ['**/*.ts', join(REPOSITORY, 'dashboard/files.d.ts')],
}

test('every TypeScript block in README and docs/ compiles', async () => {
  const directory = join(REPOSITORY, '.kretes', 'test', randomUUID())
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const pages = readPages().filter(page => blocksOf(page).length > 0)
  expect(pages.map(({ path }) => path)).toContain('README.md')
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(CONFIG))
  for (const page of pages) await writeApp(page, join(directory, page.path.replace(/\W/g, '-')))
  expect(await complaintsOf(directory)).toEqual([])
})

function blocksOf({ blocks }: Page): Block[] {
  return blocks.filter(({ language }) => language === 'ts')
}

async function writeApp(page: Page, directory: string): Promise<void> {
  const files = blocksOf(page).map(({ code, line }) => {
    return { name: NAMED.exec(code)?.[1] ?? `app/line-${line}.ts`, code }
  })
  const tasks = files.filter(({ name }) => name.startsWith('tasks/')).map(({ name }) => basename(name, '.ts'))
  for (const { name, code } of files) {
    const path = join(directory, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `${name.startsWith('app/') ? importsFor(code, tasks) : ''}${code}\nexport {}\n`)
  }
}

/** A fragment goes on where the page has left off, so what it does not import itself is imported for it. */
function importsFor(code: string, tasks: readonly string[]): string {
  const isMissing = (name: string) =>
    new RegExp(`\\b${name}\\b`).test(code) &&
    !new RegExp(`(import|const) ((?! of )[^=\\n])*\\b${name}\\b`).test(code)
  const from = (names: readonly string[], source: string) => {
    const missing = names.filter(isMissing)
    return missing.length > 0 ? `import { ${missing} } from '${source}'; ` : ''
  }
  return [
    from(Object.keys(background), '@kretes/background'),
    from(Object.keys(framework), '@kretes/background/framework'),
    ...tasks.filter(isMissing).map(task => `import ${task} from '../tasks/${task}'; `),
  ].join('')
}

/** About the pages only: `npm run types` is for what they import. */
function complaintsOf(directory: string): Promise<string[]> {
  return new Promise(resolve => {
    execFile(TSC, ['-p', directory, '--pretty', 'false'], { cwd: directory }, (_, stdout, stderr) =>
      resolve(`${stdout}${stderr}`.split('\n').filter(line => line !== '' && !line.startsWith('..'))),
    )
  })
}
