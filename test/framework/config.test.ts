import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { isLoadedConfig, loadConfig } from '../../framework/config.ts'
import { isKretesError, type KretesError } from '../../framework/errors.ts'

/** A directory with these files in it. */
async function directory(files: Record<string, string> = {}): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'kretes-config-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true })
    await writeFile(path.join(root, name), text)
  }
  return root
}

async function refusal(loading: Promise<unknown>): Promise<KretesError> {
  const error = await loading.then(
    () => expect.fail('it was accepted'),
    error => error,
  )
  if (!isKretesError(error)) throw error
  return error
}

test('without a word from anybody there are defaults', async () => {
  const config = await loadConfig({ root: await directory(), environment: {} })
  expect(config).toEqual({
    database: { poolSize: 10 },
    http: { port: 3000, host: 'localhost' },
    log: { level: 'info' },
  })
})

test('flags win over the environment, which wins over the file, which wins over defaults', async () => {
  const root = await directory({
    'kretes.config.ts': `
      const port: number = 4000
      export default { database: 'postgres://file/one', http: { port, host: 'file' }, log: { level: 'debug' } }`,
  })
  const environment = { PORT: '5000', DATABASE_URL: 'postgres://environment/one', LOG_LEVEL: '' }
  const config = await loadConfig({
    root,
    environment,
    flags: { http: { port: 6000 }, log: { level: undefined } },
  })
  expect(config).toEqual({
    database: { url: 'postgres://environment/one', poolSize: 10 },
    http: { port: 6000, host: 'file' },
    log: { level: 'debug' },
  })
})

test('every environment variable reaches its key', async () => {
  const environment = {
    DATABASE_URL: 'postgresql://ann:secret@db/shop',
    DATABASE_POOL_SIZE: '3',
    PORT: '80',
    KRETES_HOST: '0.0.0.0',
    LOG_LEVEL: 'silent',
    LOG_FORMAT: 'json',
  }
  expect(await loadConfig({ root: await directory(), environment })).toEqual({
    database: { url: 'postgresql://ann:secret@db/shop', poolSize: 3 },
    http: { port: 80, host: '0.0.0.0' },
    log: { level: 'silent', format: 'json' },
  })
})

test('PGUSER and its family count only when nobody names a database', async () => {
  const environment = { PGUSER: 'ann' }
  const silent = await loadConfig({ root: await directory(), environment })
  expect(silent.database.url).toBe('postgres://ann@localhost')
  const root = await directory({ 'kretes.config.mjs': `export default { database: 'postgres://file/one' }` })
  expect((await loadConfig({ root, environment })).database.url).toBe('postgres://file/one')
})

test('all problems come in one error, each with its path, what is wrong and where it came from', async () => {
  const root = await directory({
    'kretes.config.ts': `export default {
      database: { url: 'mysql://root:hunter2@localhost/shop', poolSize: 0 },
      http: { prot: 80, port: 4000 },
      log: { level: 'loud' },
      mial: {},
    }`,
  })
  const mail = { name: 'mail', config: z.object({ from: z.string(), retries: z.number().default(1) }) }
  const error = await refusal(
    loadConfig({ root, plugins: [mail], environment: { PORT: 'eighty' }, flags: { mail: { retires: 2 } } }),
  )
  expect(error.code).toBe('INVALID_CONFIG')
  const [first, ...problems] = error.message.split('\n')
  expect(first).toBe('invalid configuration')
  expect(problems.sort()).toEqual([
    expect.stringMatching(/^ {2}database\.poolSize: too small: .*>=1 \(kretes\.config\.ts\)$/),
    expect.stringMatching(/^ {2}database\.url: expected a URL such as postgres:.* \(kretes\.config\.ts\)$/),
    '  http.port: expected number, received string, got "eighty" (PORT)',
    '  http.prot: unknown key; did you mean "port"? (kretes.config.ts)',
    expect.stringMatching(
      /^ {2}log\.level: expected one of "trace", .*"silent", got "loud" \(kretes\.config\.ts\)$/,
    ),
    '  mail.from: expected string, received undefined',
    '  mail.retires: unknown key; did you mean "retries"? (a flag)',
    '  mial: unknown key; did you mean "mail"? (kretes.config.ts)',
  ])
  expect(error.message).not.toContain('hunter2')
})

test('of a choice between kinds, all kinds are named', async () => {
  const mail = { name: 'mail', config: z.object({ grace: z.union([z.number(), z.string()]).default(1) }) }
  const flags = { mail: { grace: true } }
  const error = await refusal(
    loadConfig({ root: await directory(), environment: {}, plugins: [mail], flags }),
  )
  expect(error.message).toContain('mail.grace: expected number or string, got true (a flag)')
})

test('a password with a bare # or / is told how to write it', async () => {
  const environment = { DATABASE_URL: 'postgres://ann:p#ss/word@localhost/shop' }
  const error = await refusal(loadConfig({ root: await directory(), environment }))
  expect(error.message).toContain('/ is %2F, # is %23')
  expect(error.message).not.toContain('p#ss')
})

test('a section that is no object is a problem, not a crash', async () => {
  const error = await refusal(loadConfig({ root: await directory(), environment: {}, flags: { http: 80 } }))
  expect(error.message).toContain('http: expected object')
})

test('the result is frozen all the way down and known as loaded', async () => {
  const deep = {
    name: 'deep',
    config: z.object({ list: z.array(z.object({ a: z.number() })).default([{ a: 1 }]) }),
  }
  const config = await loadConfig({ root: await directory(), environment: {}, plugins: [deep] })
  const { list } = config.deep as { list: { a: number }[] }
  expect([config, config.http, list, list[0]].every(Object.isFrozen)).toBe(true)
  expect(isLoadedConfig(config)).toBe(true)
  expect(isLoadedConfig({ ...config })).toBe(false)
})

test('a plugin cannot take the name of another, or of a part of the framework', async () => {
  const root = await directory()
  const error = await refusal(loadConfig({ root, environment: {}, plugins: [{ name: 'http' }] }))
  expect(error.code).toBe('DUPLICATE_PLUGIN')
})

test('sections of plugins that are elsewhere are passed over where that is asked for, mistyped ones are not', async () => {
  const mail = { from: 'ann@example.com' }
  const root = await directory({
    'kretes.config.js': `export default { mail: ${JSON.stringify(mail)}, blog: {}, http: { port: 4000 } }`,
  })
  const config = await loadConfig({ root, environment: {}, others: true })
  expect(config).toMatchObject({ http: { port: 4000 } })
  expect(Object.keys(config).sort()).toEqual(['database', 'http', 'log'])
  const { message } = await refusal(loadConfig({ root, environment: {} }))
  expect(message).toContain('mail: unknown key')
  const flags = { databse: {}, colour: 'red' }
  const mistakes = await refusal(loadConfig({ root, environment: {}, flags, others: true }))
  expect(mistakes.message).toContain('databse: unknown key; did you mean "database"?')
  expect(mistakes.message).toContain('colour: unknown key')
})

test('a syntax error names file, line and column and shows the place', async () => {
  const root = await directory({ 'kretes.config.ts': 'export default {\n  http: { port: },\n}\n' })
  const error = await refusal(loadConfig({ root, environment: {} }))
  expect(error.code).toBe('INVALID_CONFIG')
  expect(error.message.split('\n')).toEqual([
    'kretes.config.ts does not compile',
    'kretes.config.ts:2:17: Unexpected "}"',
    '  1 | export default {',
    '> 2 |   http: { port: },',
    '    |                 ^',
    '  3 | }',
  ])
})

test('where nothing can be written, the way out is named', async () => {
  const root = await directory({
    'kretes.config.ts': 'export default {}',
    '.kretes': 'a file where a directory should be',
  })
  const error = await refusal(loadConfig({ root, environment: {} }))
  expect(error).toMatchObject({
    code: 'CANNOT_COMPILE_CONFIG',
    hint: expect.stringContaining('kretes.config.js'),
  })
})

test('what the file throws is the cause', async () => {
  const root = await directory({ 'kretes.config.ts': `throw new Error('no vault')` })
  const error = await refusal(loadConfig({ root, environment: {} }))
  expect(error).toMatchObject({
    code: 'INVALID_CONFIG',
    message: 'kretes.config.ts failed to load: no vault',
  })
  expect(error.cause).toBeInstanceOf(Error)
})

test('a file without a default export says how to write one', async () => {
  const root = await directory({ 'kretes.config.js': 'export const port = 3000' })
  const error = await refusal(loadConfig({ root, environment: {} }))
  expect(error).toMatchObject({
    code: 'INVALID_CONFIG',
    hint: expect.stringContaining('export default defineConfig'),
  })
})

test('the file may import its neighbours and packages, and knows where it lies', async () => {
  const root = await directory({
    'kretes.config.ts': `
      import { z } from 'zod'
      import { host } from './settings/http.ts'
      export default { http: { host: z.string().parse(host) }, place: { directory: import.meta.dirname } }`,
    'settings/http.ts': `export const host: string = 'neighbour'`,
    'node_modules/zod/package.json': JSON.stringify({ name: 'zod', type: 'module', exports: './index.js' }),
    'node_modules/zod/index.js': `
      const where = import.meta.url.split('/').slice(-3).join('/')
      export const z = { string: () => ({ parse: text => text + ' by ' + where }) }`,
  })
  const place = { name: 'place', config: z.object({ directory: z.string() }) }
  const config = await loadConfig({ root, environment: {}, plugins: [place] })
  expect(config.http.host).toBe('neighbour by node_modules/zod/index.js')
  expect(config.place).toEqual({ directory: root })
})

test.each(['kretes.config.ts', 'kretes.config.js', 'kretes.config.mjs'])(
  '%s is read again when it has changed',
  async name => {
    const root = await directory({
      [name]: 'export default { http: { port: 1 } }',
      'package.json': '{ "type": "module" }',
    })
    expect((await loadConfig({ root, environment: {} })).http.port).toBe(1)
    await writeFile(path.join(root, name), 'export default { http: { port: 2 } }')
    expect((await loadConfig({ root, environment: {} })).http.port).toBe(2)
  },
)
