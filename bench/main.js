/** `npm run bench`: ours and the peers side by side, on servers of its own. See docs/performance.md. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readArguments, USAGE, WrongUsage } from './arguments.js'
import { loadCases, loadContestants } from './catalogue.js'
import { machine } from './machine.js'
import { render } from './report.js'
import { summarize } from './results.js'
import { withServers } from './servers/all.js'
import { SETTINGS } from './servers/postgres.js'
import { number } from './table.js'
import { playAll } from './tournament.js'

try {
  const options = readArguments()
  if (options.help) console.log(USAGE)
  else if (options.list) await list()
  else await main(options)
} catch (error) {
  console.error(error instanceof WrongUsage ? error.message : error)
  process.exitCode = error instanceof WrongUsage ? 2 : 1
}

async function list() {
  for (const { name, title } of [...(await loadCases()), ...(await loadContestants())]) {
    console.log(name.padEnd(20), title)
  }
}

async function main(options) {
  const scenes = await loadCases(options.cases)
  const contestants = await loadContestants(options.contestants)
  const signal = interruption()
  const about = { started: new Date().toISOString(), machine: machine(), options, settings: SETTINGS }
  const rounds = await withServers(async servers => {
    about.postgres = servers.postgres.version
    about.redis = servers.redis?.description ?? 'no Redis installed'
    return playAll({ scenes, contestants, servers, options, signal, onResult: tell })
  })
  const results = summarize(rounds)
  const markdown = render({ about, scenes, contestants, results })
  save(options.json, { ...about, results }, markdown)
  console.log(`\n${markdown}\n\nwritten to ${options.json}`)
  if (signal.aborted) process.exitCode = 130
  else if (results.some(({ status }) => status === 'failed')) process.exitCode = 1
}

/** The first Ctrl-C ends the run in order: nothing keeps running, and what was measured is reported. */
function interruption() {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => controller.abort())
  return controller.signal
}

function tell(scene, contestant, { status, values, note }) {
  const measured = Object.entries(scene.columns).map(
    ([key, unit]) => values && `${number(values[key])} ${unit}`,
  )
  const words = [scene.name, contestant.name, measured.filter(Boolean).join(', ')]
  console.log([...words, status === 'ok' ? '' : status, note].filter(Boolean).join(' · '))
}

/** All that was measured, and the tables beside it as Markdown. */
function save(file, everything, markdown) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(everything, null, 2)}\n`)
  writeFileSync(file.replace(/(\.json)?$/, '.md'), `${markdown}\n`)
}
