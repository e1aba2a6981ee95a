import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { install, programsOf, VERSIONS } from './programs.js'

/*
 * Runs the tests that see it against every PostgreSQL from 12 to 18 in turn: npm run test:matrix
 * Numbers among the arguments choose versions, everything else goes to vitest: npm run test:matrix -- 12 15 test/cli
 */

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

function main(args) {
  const majors = args.filter(arg => /^\d+$/.test(arg))
  const rest = args.filter(arg => !/^\d+$/.test(arg))
  const chosen = VERSIONS.filter(major => majors.length === 0 || majors.includes(major))
  install(chosen)
  const results = chosen.map(major => ({ major, ...test(major, rest) }))
  console.log(`\n${tableOf(results)}`)
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
}

function test(major, args) {
  const folder = mkdtempSync(join(tmpdir(), 'kretes-matrix-'))
  const report = join(folder, 'report.json')
  const programs = programsOf(major)
  try {
    console.log(`\n== PostgreSQL ${major}`)
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
    const vitest = [join(REPOSITORY, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args]
    const since = performance.now()
    const ok = run(process.execPath, vitest, programs && { KRETES_TEST_POSTGRES: programs })
    const seconds = Math.round((performance.now() - since) / 1000)
    return { ok, seconds, ...(existsSync(report) && JSON.parse(readFileSync(report, 'utf8'))) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a program in the repository; answers whether it ended well. Interrupted, it takes us along. */
function run(program, args, env) {
  const { status, signal, error } = spawnSync(program, args, {
    cwd: REPOSITORY,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  if (error) throw error
  if (signal) process.kill(process.pid, signal)
  return status === 0
}

function tableOf(results) {
  const rows = results.map(({ major, ok, seconds, numPassedTests, numFailedTests, numPendingTests }) => [
    major,
    numPassedTests ?? '-',
    numFailedTests ?? '-',
    numPendingTests ?? '-',
    `${seconds} s`,
    ok ? 'ok' : 'FAILED',
  ])
  const lines = [['PostgreSQL', 'passed', 'failed', 'skipped', 'time', ''], ...rows]
  return lines
    .map(cells => cells.map((cell, at) => String(cell).padStart(at === 0 ? 10 : 9)).join(''))
    .join('\n')
}

main(process.argv.slice(2))
