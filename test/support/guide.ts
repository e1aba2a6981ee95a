import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import * as background from '../../background/index.ts'
import * as framework from '../../framework/index.ts'
import { readPage } from './markdown.ts'
import { REPOSITORY } from './sources.ts'

/** A block may begin with the name of its file. */
const NAMED = /^\/\/ ([\w./-]+\.ts)\b/
const IMPORT = /^import .*$/gm

/** The app of a guide: its TypeScript blocks, written to files. */
export interface Guide {
  readonly root: string
  /** Runs the blocks that are not tasks, in order, as if they were one program. */
  run(): Promise<Record<string, unknown>>
  /** The module of the file with this name. */
  load(name: string): Promise<Record<string, unknown>>
}

/** The guide at `path`, whose blocks can be run; its files are removed when the test ends. */
export async function guideOf(path: string, values: Readonly<Record<string, string>> = {}): Promise<Guide> {
  const root = join(REPOSITORY, '.kretes', 'test', randomUUID())
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const blocks = readPage(path).blocks.filter(({ language }) => language === 'ts')
  const named = blocks.filter(({ code }) => NAMED.test(code))
  const loose = blocks.filter(({ code }) => !NAMED.test(code)).map(({ code }) => filledIn(code, values))
  const tasks: string[] = []
  for (const { code } of named) {
    const name = NAMED.exec(code)?.[1] as string
    if (name.startsWith('tasks/')) tasks.push(basename(name, '.ts'))
    await write(join(root, name), filledIn(code, values))
  }
  await write(join(root, 'app/program.ts'), programOf(loose, tasks))
  const load = (name: string) => import(pathToFileURL(join(root, name)).href)
  return { root, load, run: () => load('app/program.ts') }
}

/** What a reader has to fill in, such as a URL. */
function filledIn(code: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [from, to]) => text.replaceAll(from, to), code)
}

/** Imports come first and once; whatever the blocks do not import themselves is imported for them. */
function programOf(blocks: readonly string[], tasks: readonly string[]): string {
  const imports = [...new Set(blocks.flatMap(code => code.match(IMPORT) ?? []))]
  const body = blocks.map(code => `{\n${code.replace(IMPORT, '')}}`).join('\n')
  const isMissing = (name: string) => {
    const word = new RegExp(`\\b${name}\\b`)
    return word.test(body) && !imports.some(line => word.test(line))
  }
  const from = (names: readonly string[], source: string) =>
    names.filter(isMissing).map(name => `import { ${name} } from '${source}'`)
  return [
    ...imports,
    ...from(Object.keys(background), '@kretes/background'),
    ...from(Object.keys(framework), '@kretes/background/framework'),
    ...tasks.filter(isMissing).map(task => `import ${task} from '../tasks/${task}.ts'`),
    body,
  ].join('\n')
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
