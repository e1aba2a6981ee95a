import { readFile, symlink } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Compiled, createCompiler } from '../../framework/compiler.ts'
import { type AppFiles, appOf } from '../support/app-files.ts'

function compilerOf(app: AppFiles) {
  const compiler = createCompiler({ root: app.root })
  onTestFinished(() => compiler.close())
  return (...names: string[]) => compiler.compile(names.map(app.path))
}

const outputOf = (compiled: Compiled | undefined) =>
  compiled && 'output' in compiled ? compiled.output : 'none'
const codeOf = (compiled: Compiled | undefined) => readFile(outputOf(compiled), 'utf8')
const load = (compiled: Compiled | undefined) => import(pathToFileURL(outputOf(compiled)).href)

describe('what it makes', () => {
  test('a module Node can import, in .kretes/build, with its source map beside it', async () => {
    const app = await appOf({
      'a.ts': 'export const a: number = 1',
      'package.json': '{ "type": "commonjs" }',
    })
    const [a] = await compilerOf(app)('a.ts')
    expect(a).toEqual({
      entry: app.path('a.ts'),
      output: expect.stringMatching(`^${app.path('.kretes/build/a-')}\\w{8}\\.mjs$`),
    })
    expect(await load(a)).toMatchObject({ a: 1 })
    expect(JSON.parse(await readFile(`${outputOf(a)}.map`, 'utf8'))).toMatchObject({
      sources: ['../../a.ts'],
    })
  })

  test("the paths of tsconfig.json and JSON files are the app's own, packages stay outside", async () => {
    const app = await appOf({
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      'src/db.ts': 'export const db = "db"',
      'src/data.json': '{ "answer": 42 }',
      'a.ts': `import { db } from '@/db'
        import data from '@/data.json' with { type: 'json' }
        import pg from 'pg'
        export default [db, data.answer, typeof pg.Pool]`,
    })
    const [a] = await compilerOf(app)('a.ts')
    expect(await codeOf(a)).toContain('from "pg"')
    expect(await load(a)).toMatchObject({ default: ['db', 42, 'function'] })
  })

  test('our own package stays outside, also when tsconfig.json has a path for it', async () => {
    const app = await appOf({
      'tsconfig.json': `{ "compilerOptions": { "paths": {
        "@kretes/background": ["./copy.ts"], "@kretes/background/testing": ["./copy.ts"] } } }`,
      'copy.ts': 'export const copy = "a second copy"',
      'a.ts': `import * as one from '@kretes/background'
        import * as two from '@kretes/background/testing'
        export default [one, two]`,
    })
    const code = await codeOf((await compilerOf(app)('a.ts'))[0])
    expect(code).toContain('from "@kretes/background"')
    expect(code).toContain('from "@kretes/background/testing"')
    expect(code).not.toContain('a second copy')
  })

  test('code that entries share is one module', async () => {
    const app = await appOf({
      'shared.ts': 'export const shared = { n: 0 }',
      'a.ts': "export { shared } from './shared'",
      'b.ts': "import { shared } from './shared.ts'; export { shared }",
    })
    const [a, b] = await Promise.all((await compilerOf(app)('a.ts', 'b.ts')).map(load))
    expect(a.shared).toBe(b.shared)
  })

  test('import.meta means the source file', async () => {
    const app = await appOf({
      'src/a.ts': `#!/usr/bin/env node
        export const url = new URL('./mail.html', import.meta.url).href
        export const dir = [import.meta.dirname, import.meta.filename]`,
    })
    const [a] = await compilerOf(app)('src/a.ts')
    expect(await load(a)).toMatchObject({
      url: pathToFileURL(app.path('src/mail.html')).href,
      dir: [app.path('src'), app.path('src/a.ts')],
    })
  })

  test('classes of one name keep it', async () => {
    const app = await appOf({
      'one.ts': 'export class Failed extends Error {}',
      'a.ts':
        "import * as one from './one'; class Failed extends Error {}; export default [one.Failed.name, Failed.name]",
    })
    expect(await load((await compilerOf(app)('a.ts'))[0])).toMatchObject({ default: ['Failed', 'Failed'] })
  })

  test('an app behind a symbolic link is an app', async () => {
    const app = await appOf({ 'a.ts': 'export const a = 1' })
    const elsewhere = await appOf({})
    await symlink(app.root, elsewhere.path('link'))
    const compiler = createCompiler({ root: elsewhere.path('link') })
    onTestFinished(() => compiler.close())
    const [a] = await compiler.compile([elsewhere.path('link/a.ts')])
    expect(await load(a)).toMatchObject({ a: 1 })
  })

  test('nothing to compile is nothing made', async () => {
    expect(await compilerOf(await appOf({}))()).toEqual([])
  })
})

describe('again', () => {
  test('an unchanged entry keeps its output, a changed one gets another, and so do those that import it', async () => {
    const app = await appOf({
      'shared.ts': 'export const n = 1',
      'a.ts': "export { n } from './shared'",
      'b.ts': 'export const b = 1',
    })
    const compile = compilerOf(app)
    const [a1, b1] = await compile('a.ts', 'b.ts')
    expect(await compile('a.ts', 'b.ts')).toEqual([a1, b1])
    await app.write('b.ts', 'export const b = 2')
    const [a2, b2] = await compile('a.ts', 'b.ts')
    expect(a2).toEqual(a1)
    expect([(await load(b1)).b, (await load(b2)).b]).toEqual([1, 2])
    await app.write('shared.ts', 'export const n = 2')
    expect((await load((await compile('a.ts', 'b.ts'))[0])).n).toBe(2)
  })

  test('entries come and go', async () => {
    const app = await appOf({ 'a.ts': 'export const a = 1', 'b.ts': 'export const b = 1' })
    const compile = compilerOf(app)
    expect(await compile('a.ts')).toHaveLength(1)
    expect((await compile('a.ts', 'b.ts')).map(outputOf)).not.toContain('none')
    expect((await compile('b.ts')).map(({ entry }) => entry)).toEqual([app.path('b.ts')])
  })

  test('calls at the same time wait for each other, and a closed compiler opens again', async () => {
    const app = await appOf({ 'a.ts': 'export const a = 1', 'b.ts': 'export const b = 1' })
    const compiler = createCompiler({ root: app.root })
    onTestFinished(() => compiler.close())
    const calls = [
      compiler.compile([app.path('a.ts')]),
      compiler.compile([app.path('b.ts')]),
      compiler.close(),
    ]
    const [a, b] = await Promise.all([...calls, compiler.close()])
    expect([outputOf(a?.[0]), outputOf(b?.[0])]).not.toContain('none')
    expect(outputOf((await compiler.compile([app.path('a.ts')]))[0])).toBe(outputOf(a?.[0]))
  })
})

describe('what cannot be compiled', () => {
  test('costs the others nothing and is told with place and code', async () => {
    const app = await appOf({
      'good.ts': 'export const good = 1',
      'bad.ts': 'const ü = 1\nexport const é = (\n',
      'lost.ts': "import { x } from './nowhere'\nexport const lost = x",
    })
    const [bad, good, lost, gone] = await compilerOf(app)('bad.ts', 'good.ts', 'lost.ts', 'gone.ts')
    expect(await load(good)).toMatchObject({ good: 1 })
    expect(bad).toMatchObject({
      errors: [{ file: app.path('bad.ts'), line: 3, column: 1, message: 'Unexpected end of file' }],
    })
    expect(lost).toMatchObject({
      errors: [
        {
          ...{ file: app.path('lost.ts'), line: 1, column: 19, message: 'Could not resolve "./nowhere"' },
          frame: expect.stringContaining(
            "> 1 | import { x } from './nowhere'\n    |                   ^^^^^^^^^^^",
          ),
        },
      ],
    })
    expect(gone).toMatchObject({
      errors: [{ file: app.path('gone.ts'), message: expect.stringContaining('gone.ts') }],
    })
  })

  test('columns count characters', async () => {
    const app = await appOf({ 'a.ts': "export const a = 'üü😀' +* 1" })
    expect(await compilerOf(app)('a.ts')).toMatchObject([{ errors: [{ line: 1, column: 26 }] }])
  })

  test('is compiled as soon as it can be', async () => {
    const app = await appOf({ 'a.ts': 'export const a = (', 'b.ts': "export { c } from './c'" })
    const compile = compilerOf(app)
    expect((await compile('a.ts', 'b.ts')).map(outputOf)).toEqual(['none', 'none'])
    await app.write('a.ts', 'export const a = 1')
    expect((await compile('a.ts', 'b.ts')).map(outputOf)).toEqual([expect.stringContaining('/a-'), 'none'])
    await app.write('c.ts', 'export const c = 1')
    expect((await compile('a.ts', 'b.ts')).map(outputOf)).not.toContain('none')
  })

  test('a broken file that several import is told for each of them', async () => {
    const app = await appOf({
      'broken.ts': 'export const = 1',
      'a.ts': "export * from './broken'",
      'b.ts': "export * from './broken'",
      'c.ts': 'export const c = 1',
    })
    const [a, b, c] = await compilerOf(app)('a.ts', 'b.ts', 'c.ts')
    expect(a).toMatchObject({ errors: [{ file: app.path('broken.ts') }] })
    expect(b).toMatchObject({ errors: [{ file: app.path('broken.ts') }] })
    expect(await load(c)).toMatchObject({ c: 1 })
  })
})
