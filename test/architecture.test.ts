import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { type Import, readSources, type Source, wayBack } from './support/sources.ts'

/**
 * Who may import whom, and what may happen where. The rooms are the folders; `background/` has more than one.
 * A room that is not listed in another's `may` is out of its sight.
 */
interface Room {
  readonly files: RegExp
  readonly may: readonly RegExp[]
  /** Packages it must do without, or the only ones it may have. */
  readonly without?: readonly string[]
  readonly only?: readonly string[]
}

const FRAMEWORK = /^framework\//
const DOORS = /^background\/(index|operator|testing)\.ts$/
/** What puts the parts of the job module together. */
const COMPOSITION = /^background\/(plugin|open|current|host|migrate|run|run-options|runner|schema-check)\.ts$/
/** All other files at the top of it: what a task, a job, an outcome is. */
const DOMAIN =
  /^background\/(?!(index|operator|testing|plugin|open|current|host|migrate|run|run-options|runner|schema-check)\.ts$)[^/]+\.ts$/
const [CLIENT, ENGINE] = [/^background\/client\//, /^background\/engine\//]
const [WORKER, LOADER] = [/^background\/worker\//, /^background\/loader\//]
/** The framework's files that know nothing but the language. */
const PURE = /^framework\/(did-you-mean|duration|errors|executor|point-in-time)\.ts$/
const APP_DOOR = /^(background|dashboard|framework)\/index\.ts$/
const DATABASE_DRIVERS = ['pg', 'kysely']

const ROOMS: Record<string, Room> = {
  framework: { files: FRAMEWORK, may: [FRAMEWORK] },
  'the domain': { files: DOMAIN, may: [DOMAIN, PURE], without: DATABASE_DRIVERS },
  'the engine': {
    files: ENGINE,
    may: [ENGINE, DOMAIN, PURE, /^framework\/(connection|executor|database)\.ts$/],
  },
  'the worker': { files: WORKER, may: [WORKER, ENGINE, DOMAIN, FRAMEWORK], without: DATABASE_DRIVERS },
  'the client': { files: CLIENT, may: [CLIENT, ENGINE, DOMAIN, FRAMEWORK], without: ['pg'] },
  'the loader': { files: LOADER, may: [LOADER, DOMAIN, FRAMEWORK], without: DATABASE_DRIVERS },
  'the composition': {
    files: COMPOSITION,
    may: [
      COMPOSITION,
      CLIENT,
      ENGINE,
      WORKER,
      LOADER,
      DOMAIN,
      FRAMEWORK,
      /^migrations\//,
      /^cli\/commands\/background\/register\.ts$/,
    ],
    without: DATABASE_DRIVERS,
  },
  'a door': { files: DOORS, may: [/^background\//, FRAMEWORK] },
  cli: {
    files: /^cli\//,
    may: [/^cli\//, /^background\/operator\.ts$/, /^dashboard\/(index|remote)\.ts$/, FRAMEWORK],
    without: DATABASE_DRIVERS,
  },
  dashboard: {
    files: /^dashboard\//,
    may: [/^dashboard\//, /^background\/operator\.ts$/, FRAMEWORK],
    without: DATABASE_DRIVERS,
  },
  migrations: { files: /^migrations\//, may: [], only: ['kysely'] },
  tasks: { files: /^tasks\//, may: [/^tasks\//, APP_DOOR] },
  'an example': { files: /^examples\//, may: [/^examples\//, APP_DOOR] },
}

/** What is dangerous, and the only files that may do it. */
const DANGERS: readonly { readonly rule: string; readonly global: RegExp; readonly only: RegExp }[] = [
  {
    rule: 'the environment is read in framework/environment.ts',
    global: /^process(\.env)?$/,
    only: /^framework\/environment\.ts$/,
  },
  {
    rule: 'timers are in framework/clock.ts and loop.ts, those of pages in dashboard/browser/clock.ts',
    global: /^set(Timeout|Interval|Immediate)$/,
    only: /^(framework\/(clock|loop)|dashboard\/browser\/clock)\.ts$/,
  },
  { rule: 'the process ends in cli/', global: /^process\.(exit|exitCode|abort)$/, only: /^cli\// },
  {
    rule: 'signals are for cli/',
    global: /^process\.(on|once|off|addListener|prependListener|removeListener)$/,
    only: /^cli\//,
  },
  {
    rule: 'console is for cli/, and for what takes it over on behalf of tasks',
    global: /^console$/,
    only: /^cli\/|^background\/worker\/console-capture\.ts$/,
  },
]
const SQL = /\b(select|insert into|update|delete from)\b.*\b(from|set|values|background\.)/is
const SQL_ROOMS =
  /^(background\/engine\/|migrations\/|framework\/(database|migrator)\.ts$|framework\/postgres\/)/
const SQL_RULE = 'SQL is in the engine, in migrations and in the database files of framework'
const MOST_LINES = 220

/** Where a rule does not hold, and why. Each must be needed. */
const EXCEPTIONS: readonly { readonly file: string; readonly rule: RegExp; readonly because: string }[] = [
  {
    file: 'migrations/0001_jobs.ts',
    rule: /lines/,
    because: 'a migration is the schema in one piece, frozen once released',
  },
  {
    file: 'background/task-host.ts',
    rule: /does without kysely/,
    because:
      "what a task gets is the app's own transaction, whose type is Kysely's; only the type is imported",
  },
  {
    file: 'tasks/SendEmail.ts',
    rule: /environment/,
    because: 'a task is the code of an app, and apps read their environment themselves',
  },
]

const sources = readSources('framework', 'background', 'cli', 'dashboard', 'migrations', 'tasks', 'examples')

interface Violation {
  readonly about: 'imports' | 'cycles' | 'dangers' | 'sizes'
  readonly file: string
  readonly line: number
  readonly rule: string
}

const violations: readonly Violation[] = sources.flatMap(source => [
  ...source.imports.flatMap(imported => importViolations(source, imported)),
  ...cyclesFrom(source),
  ...dangersIn(source),
  ...sizesOf(source),
])

test('every file is in a room', () => {
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.map(({ path }) => path).filter(path => roomsOf(path).length !== 1)).toEqual([])
})

test('a file imports only what its room may', () => {
  expect(told('imports')).toEqual([])
})

test('no file imports itself by way of others', () => {
  expect(told('cycles')).toEqual([])
})

test('what is dangerous happens in one room: SQL, time, environment, process, console', () => {
  expect(told('dangers')).toEqual([])
})

test('files are short, and only doors are called index.ts', () => {
  expect(told('sizes')).toEqual([])
})

test('every exception is needed', () => {
  const isNeeded = (exception: (typeof EXCEPTIONS)[number]) => violations.some(one => covers(exception, one))
  expect(EXCEPTIONS.filter(exception => !isNeeded(exception))).toEqual([])
})

function told(about: Violation['about']): string[] {
  return violations
    .filter(one => one.about === about && !EXCEPTIONS.some(exception => covers(exception, one)))
    .map(({ file, line, rule }) => `${file}:${line} ${rule}`)
}

function covers({ file, rule }: (typeof EXCEPTIONS)[number], violation: Violation): boolean {
  return file === violation.file && rule.test(violation.rule)
}

function roomsOf(path: string): [string, Room][] {
  return Object.entries(ROOMS).filter(([, { files }]) => files.test(path))
}

function importViolations({ path }: Source, { line, specifier, file }: Import): Violation[] {
  const [name, room] = roomsOf(path)[0] ?? []
  if (!name || !room) return []
  const rule = file === undefined ? packageRule(name, room, specifier) : fileRule(name, room, file)
  return rule ? [{ about: 'imports', file: path, line, rule }] : []
}

function fileRule(name: string, { may }: Room, file: string): string | undefined {
  return may.some(pattern => pattern.test(file)) ? undefined : `${name} may not import ${file}`
}

function packageRule(name: string, { without = [], only }: Room, specifier: string): string | undefined {
  const wanted = specifier.replace(/^((?:@[^/]+\/)?[^/]+).*/, '$1')
  if (without.includes(wanted)) return `${name} does without ${wanted}`
  return only && !only.includes(wanted) ? `${name} imports only ${only}, not ${wanted}` : undefined
}

/** Each cycle is told once, from its first file by name. */
function cyclesFrom({ path }: Source): Violation[] {
  const way = wayBack(path, sources)
  if (!way || path !== [...way].sort()[0]) return []
  return [{ about: 'cycles', file: path, line: 1, rule: [...way, path].join(' imports ') }]
}

function dangersIn({ path, globals, texts }: Source): Violation[] {
  const sql = SQL_ROOMS.test(path) ? [] : texts.filter(({ text }) => SQL.test(text))
  const used = DANGERS.filter(({ only }) => !only.test(path)).flatMap(({ rule, global }) =>
    globals
      .filter(({ text }) => global.test(text))
      .map(({ line, text }) => ({ line, rule: `${rule}, not ${text} here` })),
  )
  const found = [...used, ...sql.map(({ line }) => ({ line, rule: SQL_RULE }))]
  return found.map(({ line, rule }) => ({ about: 'dangers', file: path, line, rule }))
}

function sizesOf({ path, lines }: Source): Violation[] {
  const rules = [
    ...(lines > MOST_LINES ? [`${lines} lines, more than ${MOST_LINES}`] : []),
    ...(posix.basename(path) === 'index.ts' && !APP_DOOR.test(path)
      ? ['only doors are called index.ts']
      : []),
  ]
  return rules.map(rule => ({ about: 'sizes', file: path, line: lines, rule }))
}
