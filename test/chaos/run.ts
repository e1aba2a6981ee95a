import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { askForAudit } from './auditor.ts'
import { type CheckName, judge } from './checks/all.ts'
import type { Violation } from './checks/check.ts'
import { evidenceFrom } from './evidence.ts'
import { FAULTS } from './faults/all.ts'
import { type Fault, pass } from './faults/fault.ts'
import type { History } from './history/history.ts'
import { readHistory } from './history/history.ts'
import { Recorder } from './history/recorder.ts'
import { Lookout } from './lookout.ts'
import { planFor, type Strike } from './plan.ts'
import { Disk } from './server/disk.ts'
import { Pooler } from './server/pooler.ts'
import { Postgres } from './server/postgres.ts'
import type { Settings } from './settings.ts'
import { PRODUCERS, Stage, WORKERS } from './stage.ts'

/** Where a run finds what it needs and leaves what it makes. */
export interface Places {
  readonly directory: string
  /** The programs of the crew, perhaps without a protection. */
  readonly programs: string
  /** The server's programs; undefined: the installed ones. */
  readonly native: string | undefined
}

export interface Result {
  readonly history: History
  readonly plan: readonly Strike[]
  readonly violations: ReadonlyMap<CheckName, readonly Violation[]>
}

/** How long jobs may take to get done once nothing is disturbed any more. */
const PATIENCE_MS = 120_000
const GOODBYE_MS = 20_000
const DISK_MEBIBYTES = 2_048

/** One run: everything is started, disturbed, left alone until it is quiet, ended, and looked at. */
export async function run(settings: Settings, places: Places, say: (line: string) => void): Promise<Result> {
  const history = join(places.directory, 'history')
  await mkdir(history, { recursive: true })
  const recorder = new Recorder(history, 'runner')
  const disk = await Disk.at(join(places.directory, 'disk'), DISK_MEBIBYTES)
  const postgres = await Postgres.at(join(disk.directory, 'postgres'), places.native)
  await postgres.create()
  const stage = new Stage({ ...settings, ...places, postgres, disk, recorder, history })
  const plan = planFor(settings.seed, possible(stage, settings.faults, say), settings.milliseconds)
  try {
    await prepare(places.programs, postgres)
    await perform(stage, plan, settings.milliseconds, say)
    const audit = await askForAudit(stage.postgres)
    const told = readHistory(history)
    return { history: told, plan, violations: judge(evidenceFrom(told, audit)) }
  } finally {
    await stage.close()
    await stage.postgres.crash()
    await disk.remove()
  }
}

/** Of the faults that are asked for those that can be done here. */
function possible(stage: Stage, asked: readonly string[] | undefined, say: (line: string) => void): Fault[] {
  const lackingPooler = Pooler.lacking
  if (lackingPooler) say(`without a pooler: ${lackingPooler}`)
  return FAULTS.filter(({ name }) => asked?.includes(name) ?? true).filter(({ name, lacking }) => {
    const reason = lacking?.(stage)
    if (reason) say(`skipped ${name}: ${reason}`)
    return !reason
  })
}

/** The schema comes from the code of the crew. */
async function prepare(programs: string, postgres: Postgres): Promise<void> {
  const module = pathToFileURL(join(programs, 'test/chaos/crew/prepare.js')).href
  const { prepare }: typeof import('./crew/prepare.ts') = await import(module)
  await prepare(postgres.url())
}

async function perform(
  stage: Stage,
  plan: readonly Strike[],
  duration: number,
  say: (line: string) => void,
): Promise<void> {
  await stage.open()
  const lookout = new Lookout({
    ...{ url: () => stage.postgres.url(), recorder: stage.recorder },
    onTooMany: tooMany => stage.pace(tooMany),
  })
  lookout.start()
  try {
    await play(stage, plan, duration, say)
    stage.heal()
    if (!stage.postgres.isRunning) await stage.postgres.start()
    await stage.retire(PRODUCERS, PATIENCE_MS)
    stage.recorder.tell({ event: 'healed' })
    if (await becomesQuiet(lookout)) stage.recorder.tell({ event: 'quiet' })
    await stage.retire(WORKERS, GOODBYE_MS)
  } finally {
    await lookout.stop()
  }
}

/** Does what is planned, each at its time. */
async function play(
  stage: Stage,
  plan: readonly Strike[],
  duration: number,
  say: (line: string) => void,
): Promise<void> {
  const since = performance.now()
  const done = new Map<string, Promise<void>>()
  for (const strike of plan) {
    await pass(strike.at - (performance.now() - since))
    // what takes longer than planned must be over before the same one is struck again
    const before = done.get(strike.target)
    done.set(
      strike.target,
      Promise.resolve(before).then(() => strikeOnce(stage, strike, say)),
    )
  }
  await Promise.all(done.values())
  await pass(duration - (performance.now() - since))
}

async function strikeOnce(stage: Stage, strike: Strike, say: (line: string) => void): Promise<void> {
  const { fault, number, ms } = strike
  const target = fault.aim === 'database' ? undefined : strike.target
  stage.recorder.tell({ event: 'fault', phase: 'begins', fault: fault.name, number, target })
  try {
    await fault.strike(stage, strike.target, ms)
  } catch (error) {
    say(`#${number} ${fault.name} could not be done: ${(error as Error).message}`)
  }
  stage.recorder.tell({ event: 'fault', phase: 'ends', fault: fault.name, number, target })
}

async function becomesQuiet(lookout: Lookout): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline) {
    await pass(1_000)
    if (lookout.waiting === 0) return true
  }
  return false
}
