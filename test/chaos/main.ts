/** What `npm run chaos` does once main.js has built it. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Violation } from './checks/check.ts'
import { FAULTS } from './faults/all.ts'
import type { History } from './history/history.ts'
import { holdLifeline } from './lifeline.ts'
import { reportOn } from './report.ts'
import { type Result, run } from './run.ts'
import type { Edit } from './sabotage/edit.ts'
import { PROTECTIONS, protectionCalled } from './sabotage/protections.ts'
import { readSettings, type Settings, USAGE } from './settings.ts'

/** What main.js lends us. */
export interface Workshop {
  /** Where everything of this run goes. */
  readonly directory: string
  buildPackage(directory: string, entries: readonly string[], edits: readonly Edit[]): Promise<string>
  /** The folder with the programs of a version of the server; undefined: the installed one. */
  programsOf(major: string): string | undefined
}

const CREW = ['worker', 'producer', 'prepare'].map(name => `test/chaos/crew/${name}.ts`)
const say = (line: string) => console.log(line)

/** Answers with the exit code. */
export async function main(args: readonly string[], workshop: Workshop): Promise<number> {
  const { settings, wants } = readSettings(args)
  if (wants.help) say(USAGE)
  else if (wants.list) list()
  else if (wants.proofs) return (await allProofs(settings, workshop)) ? 0 : 1
  else if (settings.without) return (await proof(settings, workshop)) ? 0 : 1
  else return (await once(settings, workshop)) ? 0 : 1
  return 0
}

function list(): void {
  for (const { name, aim } of FAULTS) say(`fault       ${name.padEnd(20)} of a ${aim}`)
  for (const { name, prevents } of PROTECTIONS) say(`protection  ${name.padEnd(20)} without it ${prevents}`)
}

/** One run; answers whether all was well. */
async function once(settings: Settings, workshop: Workshop): Promise<boolean> {
  const directory = join(workshop.directory, 'run')
  say(`chaos: seed ${settings.seed}, ${settings.milliseconds / 1_000} s, PostgreSQL ${settings.postgres}`)
  const result = await runIn(directory, settings, workshop)
  const isWell = result.violations.size === 0
  say(reportOn(result, settings))
  if (isWell && !settings.keep) await rm(workshop.directory, { recursive: true, force: true })
  else say(`what was recorded is in ${directory}/history`)
  return isWell
}

/** One run without a protection; answers whether somebody has noticed. */
async function proof(settings: Settings, workshop: Workshop): Promise<boolean> {
  const { name, edits, faults, seconds, noticedBy } = protectionCalled(settings.without as string)
  const directory = join(workshop.directory, name)
  const result = await runIn(
    directory,
    { ...settings, faults, milliseconds: seconds * 1_000 },
    workshop,
    edits,
  )
  const found = [...result.violations.keys()]
  const isNoticed = found.some(check => noticedBy.includes(check))
  const [first] = [...result.violations].find(([check]) => noticedBy.includes(check))?.[1] ?? []
  const told = first && `${found.join(', ')} (${whenOf(first, result.history)}: ${first.what})`
  say(`${isNoticed ? '✓' : '✗'} without ${name}: ${told ?? 'nobody noticed'}`)
  if (!settings.keep) await rm(directory, { recursive: true, force: true })
  return isNoticed
}

/** Some violations have a moment; others are what is left when a run is over. */
function whenOf({ at }: Violation, { events, end }: History): string {
  const start = events[0]?.at ?? 0
  const seconds = (((at ?? end) - start) / 1_000).toFixed(1)
  return at === undefined ? `at the end, after ${seconds} s` : `after ${seconds} s`
}

async function allProofs(settings: Settings, workshop: Workshop): Promise<boolean> {
  let allNoticed = true
  for (const { name } of PROTECTIONS)
    allNoticed = (await proof({ ...settings, without: name }, workshop)) && allNoticed
  return allNoticed
}

async function runIn(
  directory: string,
  settings: Settings,
  workshop: Workshop,
  edits: readonly Edit[] = [],
): Promise<Result> {
  const programs = await workshop.buildPackage(join(directory, 'crew'), CREW, edits)
  holdLifeline(directory)
  return run(settings, { directory, programs, native: workshop.programsOf(settings.postgres) }, say)
}
