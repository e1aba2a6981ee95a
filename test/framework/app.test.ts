import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { type AppOptions, createApp } from '../../framework/app.ts'
import { loadConfig } from '../../framework/config.ts'
import { type App, currentApp } from '../../framework/current-app.ts'
import { createLogger } from '../../framework/logger.ts'
import type { Plugin } from '../../framework/plugin.ts'
import { GET } from '../../framework/routes.ts'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'

const logger = createLogger({ level: 'silent' })
let root: string
let empty: TestDatabase

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'kretes-app-'))
  empty = await emptyDatabase()
})

afterAll(async () => {
  await empty?.drop()
  await rm(root, { recursive: true })
})

function appOf(options: AppOptions): App {
  const config = { database: empty.url, http: { host: '127.0.0.1', port: 0 } }
  const app = createApp({ root, config, logger, ...options })
  onTestFinished(() => app.stop().catch(() => {}))
  return app
}

/** A plugin that writes into `log` what is asked of it, and fails at what `failsAt` says. */
function recorder(name: string, log: string[], failsAt?: string): Plugin {
  const record = (what: string) => () => {
    log.push(`${name} ${what}`)
    if (what === failsAt) throw new Error(`${name} cannot ${what}`)
  }
  return { name, setup: record('setup'), start: record('start'), stop: record('stop') }
}

test('plugins are set up, then started, in order, and stopped in reverse', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log), recorder('b', log)] })
  await app.start()
  expect(log).toEqual(['a setup', 'b setup', 'a start', 'b start'])
  await app.stop()
  expect(log.slice(4)).toEqual(['b stop', 'a stop'])
})

test('everything twice is once, also at the same time', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log)] })
  await app.stop()
  await Promise.all([app.setup(), app.start(), app.start(), app.listen(), app.listen()])
  await app.start()
  await Promise.all([app.stop(), app.stop()])
  await app.stop()
  expect(log).toEqual(['a setup', 'a start', 'a stop'])
})

test('a plugin that was set up is stopped, also when it never started', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log)] })
  await app.setup()
  await app.stop()
  expect(log).toEqual(['a setup', 'a stop'])
})

test('when a plugin fails to start, all are stopped again and its error is thrown', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log), recorder('b', log, 'start'), recorder('c', log)] })
  await expect(app.start()).rejects.toThrow('b cannot start')
  expect(log).toEqual([
    ...['a setup', 'b setup', 'c setup'],
    ...['a start', 'b start'],
    ...['c stop', 'b stop', 'a stop'],
  ])
  expect(currentApp()).toBeUndefined()
})

test('when a plugin fails to be set up, nothing starts and those before it are stopped', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log), recorder('b', log, 'setup'), recorder('c', log)] })
  await expect(app.start()).rejects.toThrow('b cannot setup')
  expect(log).toEqual(['a setup', 'b setup', 'a stop'])
  expect(currentApp()).toBeUndefined()
  expect(() => app.config).toThrow(expect.objectContaining({ code: 'APP_NOT_SET_UP' }))
})

test('a plugin that fails to stop does not keep the others from stopping', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log), recorder('b', log, 'stop')] })
  await app.start()
  const { pool } = await app.database()
  await expect(app.stop()).rejects.toThrow('b cannot stop')
  expect(log.slice(-2)).toEqual(['b stop', 'a stop'])
  expect(pool.ended).toBe(true)
  expect(currentApp()).toBeUndefined()
})

test('stopping while it starts waits for the start, and undoes it', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log)] })
  const starting = app.start()
  await app.stop()
  await starting
  expect(log).toEqual(['a setup', 'a start', 'a stop'])
})

test('what is asked to start while it stops waits, and starts even when stopping fails', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log, 'stop')] })
  await app.start()
  const stopping = app.stop().catch(error => error)
  await Promise.all([app.setup(), app.start(), app.listen()])
  expect(await stopping).toEqual(new Error('a cannot stop'))
  expect(log).toEqual(['a setup', 'a start', 'a stop', 'a setup', 'a start'])
})

test('what has stopped can start again', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log)] })
  await app.start()
  await app.stop()
  await app.start()
  expect(log).toEqual(['a setup', 'a start', 'a stop', 'a setup', 'a start'])
})

test('a plugin finds its section, validated and with defaults', async () => {
  let section: { from: string; retries: number } | undefined
  const mail: Plugin<{ from: string; retries: number }> = {
    name: 'mail',
    config: z.object({ from: z.string(), retries: z.number().default(3) }),
    setup(host) {
      section = host.section(mail)
    },
  }
  await appOf({ plugins: [mail], config: { mail: { from: 'ann' } } as AppOptions['config'] }).setup()
  expect(section).toEqual({ from: 'ann', retries: 3 })
  const wrong = appOf({ plugins: [mail], config: { mail: { form: 'ann' } } as AppOptions['config'] })
  await expect(wrong.setup()).rejects.toMatchObject({ code: 'INVALID_CONFIG' })
})

test('the configuration file is read from the root, and a loaded configuration is taken as it is', async () => {
  const directory = await mkdtemp(path.join(root, 'configured-'))
  await writeFile(path.join(directory, 'kretes.config.ts'), `export default { log: { level: 'warn' } }`)
  const fromFile = appOf({ root: directory })
  await fromFile.setup()
  expect(fromFile.config.log.level).toBe('warn')
  const config = await loadConfig({ root, flags: { log: { level: 'error' } } })
  const ready = appOf({ root: directory, config })
  await ready.setup()
  expect(ready.config).toBe(config)
})

test('the current app is the one that was set up last, until it stops', async () => {
  const [first, second] = [appOf({}), appOf({})]
  expect(currentApp()).toBeUndefined()
  await first.setup()
  expect(currentApp()).toBe(first)
  await second.setup()
  await first.stop()
  expect(currentApp()).toBe(second)
  await second.stop()
  expect(currentApp()).toBeUndefined()
})

test('the database is opened when asked for, once, and closed with the app', async () => {
  const app = appOf({})
  await app.start()
  const [one, two] = await Promise.all([app.database(), app.database()])
  expect(one).toBe(two)
  expect((await one.pool.query('select current_database() as name')).rows).toEqual([{ name: empty.name }])
  await app.stop()
  expect(one.pool.ended).toBe(true)
})

test('in production a database has to be configured', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  vi.stubEnv('DATABASE_URL', '')
  onTestFinished(() => void vi.unstubAllEnvs())
  const app = appOf({ config: {} })
  await app.setup()
  await expect(app.database()).rejects.toMatchObject({ code: 'DATABASE_NOT_CONFIGURED' })
})

test('with no database configured the app has one of its own, gone when it stops', async () => {
  vi.stubEnv('DATABASE_URL', '')
  onTestFinished(() => void vi.unstubAllEnvs())
  const directory = await mkdtemp(path.join(root, 'own-'))
  const app = appOf({ root: directory, config: {} })
  await app.setup()
  const { pool, url } = await app.database()
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await app.stop()
  const again = createApp({ root, config: { database: url ?? '' }, logger })
  onTestFinished(() => again.stop())
  await again.setup()
  await expect((await again.database()).pool.query('select 1')).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
  })
})

test('it listens last, answers, and stops listening first', async () => {
  const log: string[] = []
  const app = appOf({ plugins: [recorder('a', log)], routes: [GET('/', () => ({ log }))] })
  const { url } = await app.listen()
  expect(app.address?.url).toBe(url)
  expect(await (await fetch(url)).json()).toEqual({ log: ['a setup', 'a start'] })
  await app.stop()
  expect(app.address).toBeUndefined()
  await expect(fetch(url)).rejects.toThrow()
})

test('a request under way may still use the database while the app stops', async () => {
  let proceed: (() => void) | undefined
  const app = appOf({
    routes: [
      GET('/', async () => {
        await new Promise<void>(resolve => {
          proceed = resolve
        })
        const { pool } = await app.database()
        return (await pool.query('select 1 as one')).rows
      }),
    ],
  })
  const { url } = await app.listen()
  const response = fetch(url)
  await vi.waitUntil(() => proceed)
  const stopped = app.stop()
  proceed?.()
  expect(await (await response).json()).toEqual([{ one: 1 }])
  await stopped
})

test('when it cannot listen, everything it started is stopped', async () => {
  const log: string[] = []
  const { port } = await appOf({}).listen()
  const second = appOf({ plugins: [recorder('a', log)], config: { http: { host: '127.0.0.1', port } } })
  await expect(second.listen()).rejects.toMatchObject({ code: 'PORT_IN_USE' })
  expect(log).toEqual(['a setup', 'a start', 'a stop'])
})

test('fetch answers without a server, and sets up by itself', async () => {
  const { fetch } = appOf({ routes: [GET('/:name', (_, { params }) => `hello ${params.name}`)] })
  expect(await (await fetch(new Request('http://any.where/ann'))).text()).toBe('hello ann')
})

test('`await using` stops it', async () => {
  const log: string[] = []
  {
    await using app = createApp({
      root,
      logger,
      config: { database: empty.url },
      plugins: [recorder('a', log)],
    })
    await app.start()
  }
  expect(log).toEqual(['a setup', 'a start', 'a stop'])
})
