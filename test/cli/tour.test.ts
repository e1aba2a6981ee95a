import { stripVTControlCharacters } from 'node:util'
import type { Command } from 'commander'
import { beforeAll, describe, expect, test } from 'vitest'
import { createProgram } from '../../cli/program.ts'
import { useDatabase } from '../support/database.ts'
import { hasTerminal, inTerminal } from '../support/terminal.ts'
import { jsonLines, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'
import { ENDLESS, TOUR, TOUR_ROWS } from './tour.ts'

const ERASED = '\r\u001b[K'
const told = ({ args, code = 0 }: (typeof TOUR)[number]) => [`ks ${args.join(' ')}`, code] as const

describe('in a terminal', () => {
  const database = useDatabase()
  const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))
  beforeAll(async () => void (await database().query(TOUR_ROWS)))

  test.skipIf(!hasTerminal)(
    'every command says something to the person who typed it',
    async () => {
      const env = { DATABASE_URL: database().url }
      for (const stop of TOUR) {
        const [name, code] = told(stop)
        const words = stop.args.map(word => `'${word}'`).join(' ')
        const terminal = inTerminal(words, { cwd: project().root, env })
        const [ended, screen] = [await terminal.ended, visible(terminal.screen())]
        expect([name, ended]).toEqual([name, code])
        expect([name, screen.split('\n')[0]]).toEqual([name, expect.stringMatching(stop.says)])
        expect([name, screen]).not.toEqual([
          name,
          expect.stringMatching(/^ +at .*\.[jt]s:\d+|undefined|\[object /m),
        ])
      }
    },
    300_000,
  )
})

describe('for a program', () => {
  const database = useDatabase()
  const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))
  beforeAll(async () => void (await database().query(TOUR_ROWS)))

  test('every command has JSON of one shape, and nothing else on stdout', async () => {
    for (const stop of TOUR.filter(({ json }) => json !== undefined)) {
      const [name, code] = told(stop)
      const { stdout, ...ended } = await project().ks([...stop.args, '--json'])
      expect([name, jsonLines(stdout)]).toEqual([name, [stop.json]])
      expect([name, ended.code]).toEqual([name, code])
      expect([name, ended.stderr]).not.toEqual([name, expect.stringContaining('\u001b')])
    }
  }, 120_000)

  test('without a terminal there are neither colours nor progress', async () => {
    for (const args of [
      ['list'],
      ['queues'],
      ['stats'],
      ['workers'],
      ['cron'],
      ['tasks'],
      ['why', '2'],
      ['--help'],
    ]) {
      const { stdout, stderr } = await project().ks(['bg', ...args])
      expect([args, stdout + stderr]).not.toEqual([args, expect.stringContaining('\u001b')])
    }
  })
})

test('the tour leaves no command out', () => {
  const seen = new Set([...TOUR.map(({ args }) => args.join(' ')), ...ENDLESS])
  const missing = leaves(createProgram()).filter(
    name => ![...seen].some(one => `${one} `.startsWith(`${name} `)),
  )
  expect(missing).toEqual([])
  const silent = leaves(createProgram()).filter(name => !/(^|^bg )completion |^start$/.test(name))
  const withJson = new Set(TOUR.filter(({ json }) => json !== undefined).map(({ args }) => args.join(' ')))
  const untested = silent.filter(
    name => ![...withJson, ...ENDLESS].some(one => `${one} `.startsWith(`${name} `)),
  )
  expect(untested).toEqual([])
})

/** What is left on the screen: a progress bar erases its line when it is done. */
function visible(screen: string): string {
  const lines = screen.split('\n').map(line => line.slice(line.lastIndexOf(ERASED) + 1))
  return stripVTControlCharacters(lines.join('\n')).replaceAll('\r', '')
}

/** The commands that do something, by name. */
function leaves(command: Command, path: readonly string[] = []): string[] {
  const inner = command.commands.filter(each => !['help', 'words'].includes(each.name()))
  if (inner.length === 0) return [path.join(' ')]
  return inner.flatMap(each => leaves(each, [...path, each.name()]))
}
