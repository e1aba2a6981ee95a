import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EXIT_HELP, exitCodeOf, exitCodeOfSignal } from '../../cli/exit-codes.ts'
import { KretesError } from '../../framework/errors.ts'
import { REPOSITORY, readSources } from '../support/sources.ts'

/** Those of which a command can end, and what with; all others are failures of the app, or of a job. */
const EXPECTED: Record<string, number> = {
  USAGE: 2,
  UNKNOWN_TASK: 2,
  INVALID_JSON: 2,
  INVALID_PAYLOAD: 2,
  PAYLOAD_TOO_LARGE: 2,
  INVALID_OPTION: 2,
  INVALID_CONFIG: 2,
  CRON_EXISTS: 2,
  CRON_IN_CODE: 2,
  CRON_NOT_FOUND: 3,
  JOB_NOT_FOUND: 3,
  DATABASE_UNREACHABLE: 4,
  DATABASE_NOT_CONFIGURED: 4,
  SCHEMA_BEHIND: 4,
  SCHEMA_TOO_NEW: 4,
  POSTGRES_START_FAILED: 4,
  POSTGRES_LOCKED: 75,
  JOB_BUSY: 75,
  WAIT_TIMED_OUT: 124,
  MIGRATION_FAILED: 1,
  PORT_IN_USE: 1,
  OUTCOME_UNKNOWN: 1,
}

test.each(Object.entries(EXPECTED))('%s ends with %i', (code, exitCode) => {
  expect(exitCodeOf(new KretesError('', { code }))).toBe(exitCode)
})

test('what is no error of ours is a failure', () => {
  expect([new Error('x'), undefined, 'text', { code: 'USAGE' }].map(exitCodeOf)).toEqual([1, 1, 1, 1])
})

test('every code that is listed exists', () => {
  const sources = readSources('framework', 'background', 'dashboard', 'cli').filter(
    ({ path }) => path !== 'cli/exit-codes.ts',
  )
  const texts = new Set(sources.flatMap(source => source.texts.map(({ text }) => text)))
  const table = readFileSync(join(REPOSITORY, 'cli/exit-codes.ts'), 'utf8')
  const listed = [...table.matchAll(/^ {2}([A-Z_]+): EXIT/gm)].map(([, code]) => code as string)
  expect(listed.length).toBeGreaterThan(20)
  expect(listed.filter(code => !texts.has(code))).toEqual([])
})

test('help knows every exit code', () => {
  const told = [...EXIT_HELP.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => Number(code))
  expect(told).toEqual([0, 1, 2, 3, 4, 5, 75, 124, 130])
  expect([exitCodeOfSignal('SIGINT'), exitCodeOfSignal('SIGTERM')]).toEqual([130, 143])
})
