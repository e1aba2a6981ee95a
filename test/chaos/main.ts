/** What `npm run chaos` does once main.js has built it. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Violation } from './checks/check.ts'
import { FAULTS } from './faults/all.ts'
import type { History } from './history/history.ts'
import { exitOnSignals, holdLifeline } from './lifeline.ts'
import { reportOn } from './report.ts'
import { type Result, run } from './run.ts'
import type { Edit } from './sabotage/edit.ts'
import { PROTECTIONS, type Protection } from './sabotage/protections.ts'
import { readSettings, type Settings, USAGE, WrongUsage } from './settings.ts'

/** What main.js lends us. */
export interface Workshop {
  /** Where everything of this run goes. */
  readonly directory: string
  buildPackage(directory: string, entries: readonly string[], edits: readonly Edit[]): Promise<string>
  /** The folder with the programs of a version of the server; undefined: the installed one. */
  programsOf(major: string): string | undefined
}

const CREW = ['worker', 'producer', 'prepare'].map(name => `test/chaos/crew/${name}.ts`)
const [BROKEN, MISUSED] = [1, 2]
const SEEDS_OF_A_PROOF = 3
const say = (line: string) => console.log(line)

type Asked = ReturnType<typeof readSettings>

/** Answers with the exit code. What was recorded is left behind only when somebody has to look at it. */
export async function main(args: readonly string[], workshop: Workshop): Promise<number> {
  exitOnSignals()
  const asked = understood(args)
  const isWell = asked === undefined || (await isDoneWell(asked, workshop))
  if (isWell && !asked?.settings.keep) await rm(workshop.directory, { recursive: true, force: true })
  if (!asked) return MISUSED
  return isWell ? 0 : BROKEN
}

/** None: it was said what is wrong with it. */
function understood(args: readonly string[]): Asked | undefined {
  try {
    return readSettings(args)
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error
    say(error.message)
    return undefined
  }
}

async function isDoneWell({ settings, without, wants }: Asked, workshop: Workshop): Promise<boolean> {
  if (wants.help) say(USAGE)
  else if (wants.list) list()
  else if (without.length > 0) return areNoticed(without, settings, workshop)
  else return once(settings, workshop)
  return true
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
  if (!isWell || settings.keep) say(`what was recorded is in ${directory}/history`)
  return isWell
}

/** Runs without a protection, until somebody has noticed; what the plan of one seed misses by chance the next may hit. */
async function proof(settings: Settings, without: Protection, workshop: Workshop): Promise<boolean> {
  for (let seed = settings.seed; seed < settings.seed + SEEDS_OF_A_PROOF; seed++)
    if (await isNoticed({ ...settings, seed }, without, workshop)) return true
  return false
}

async function isNoticed(settings: Settings, without: Protection, workshop: Workshop): Promise<boolean> {
  const { name, edits, faults, seconds, noticedBy } = without
  const directory = join(workshop.directory, `${name}-${settings.seed}`)
  const result = await runIn(
    directory,
    { ...settings, faults, milliseconds: seconds * 1_000 },
    workshop,
    edits,
  )
  const found = [...result.violations.keys()]
  const [first] = [...result.violations].find(([check]) => noticedBy.includes(check))?.[1] ?? []
  const told = first && `${found.join(', ')} (${whenOf(first, result.history)}: ${first.what.split('\n', 1)})`
  say(`${told ? '✓' : '✗'} without ${name}: ${told ?? `nobody noticed, with seed ${settings.seed}`}`)
  if (told && !settings.keep) await rm(directory, { recursive: true, force: true })
  return first !== undefined
}

/** Some violations have a moment; others are what is left when a run is over. */
function whenOf({ at }: Violation, { events, end }: History): string {
  const start = events[0]?.at ?? 0
  const seconds = (((at ?? end) - start) / 1_000).toFixed(1)
  return at === undefined ? `at the end, after ${seconds} s` : `after ${seconds} s`
}

async function areNoticed(
  all: readonly Protection[],
  settings: Settings,
  workshop: Workshop,
): Promise<boolean> {
  let allNoticed = true
  for (const without of all) allNoticed = (await proof(settings, without, workshop)) && allNoticed
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
