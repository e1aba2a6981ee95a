import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createCompiler } from '../../framework/compiler.ts'
import { type AppFiles, appOf } from '../support/app-files.ts'
import { eventually } from '../support/eventually.ts'

/** The outputs of `names` by a compiler of its own, as another process would have one, and whether it had to compile. */
async function compile(app: AppFiles, names: readonly string[], remember = 'test') {
  const compiler = createCompiler({
    root: app.root,
    remember,
    edits: [
      (_, source) => {
        edited = true
        return source
      },
    ],
  })
  let edited = false
  const compiled = await compiler.compile(names.map(app.path))
  onTestFinished(() => compiler.close())
  const outputs = compiled.map(one => ('output' in one ? one.output : 'none'))
  return { outputs, inputs: [...compiler.inputs].sort(), edited }
}

const FILES = {
  'a.ts': "import { b } from './lib/b'\nexport const a = b",
  'lib/b.ts': "import data from '@/data.json' with { type: 'json' }\nexport const b = data.n",
  'data.json': '{ "n": 1 }',
  'base.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
  'tsconfig.json': '{ "extends": "./base" }',
}

/** An app that has been compiled; files that were just written are not relied upon. */
async function compiledApp() {
  const app = await appOf(FILES)
  await eventually(async () => (await compile(app, ['a.ts'])).edited === false, 10_000)
  return app
}

test('what has not changed is not compiled again, and is what it was', async () => {
  const app = await compiledApp()
  const fresh = await compile(app, ['a.ts'], 'another')
  expect(await compile(app, ['a.ts'])).toEqual({
    ...fresh,
    edited: false,
    inputs: expect.arrayContaining(fresh.inputs),
  })
  expect(await compile(app, ['a.ts', 'lib/b.ts'])).toMatchObject({ edited: true })
})

test.each([
  ['lib/b.ts', 'export const b = 2'],
  ['data.json', '{ "n": 2 }'],
  ['tsconfig.json', '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }'],
  ['base.json', '{ "compilerOptions": { "paths": { "@/*": ["./*", "./lib/*"] } } }'],
  ['lib/tsconfig.json', '{ "extends": "../base.json" }'],
  ['package.json', '{ "type": "module" }'],
])('a change of %s is a reason', async (name, text) => {
  const app = await compiledApp()
  await app.write(name, text)
  expect(await compile(app, ['a.ts'])).toMatchObject({ edited: true })
})

test('so is an output that somebody has removed, and a file that does not compile', async () => {
  const app = await compiledApp()
  await rm((await compile(app, ['a.ts'])).outputs[0] as string)
  expect(await compile(app, ['a.ts'])).toMatchObject({ edited: true })
  await app.write('a.ts', 'const = ;')
  for (let times = 0; times < 2; times++) expect((await compile(app, ['a.ts'])).outputs).toEqual(['none'])
})
