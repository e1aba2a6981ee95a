import { parseArgs } from 'node:util'
import { FAULTS } from './faults/all.ts'
import { PROTECTIONS, type Protection } from './sabotage/protections.ts'

/** What a run of chaos is to be. */
export interface Settings {
  readonly seed: number
  /** How long jobs are scheduled and faults are done; what is left afterwards takes some more. */
  readonly milliseconds: number
  /** Jobs in a second. */
  readonly rate: number
  /** The major version of the server. */
  readonly postgres: string
  /** Names of the faults to be done; all without it. */
  readonly faults: readonly string[] | undefined
  /** Leaves the histories where they are, also when all is well. */
  readonly keep: boolean
}

export const USAGE = `npm run chaos -- [options]

  --seed n           which plan of faults; default: 1
  --seconds n        how long; default: 60
  --minutes n        likewise
  --rate n           jobs in a second; default: 200
  --postgres 12…18   version of the server; default: 18
  --faults a,b       only these
  --without name     takes a protection out of the code: some check has to notice
  --proofs           does that with every protection there is
  --keep             leaves what was recorded where it is
  --list             names of faults and protections`

const OPTIONS = {
  seed: { type: 'string', default: '1' },
  seconds: { type: 'string' },
  minutes: { type: 'string' },
  rate: { type: 'string', default: '200' },
  postgres: { type: 'string', default: '18' },
  faults: { type: 'string' },
  without: { type: 'string' },
  proofs: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** What cannot be done because it was asked for wrongly. */
export class WrongUsage extends Error {}

/** What was asked for on the command line. @throws WrongUsage for what it does not know. */
export function readSettings(args: readonly string[]) {
  const values = parse(args)
  const seconds = Number(values.seconds ?? Number(values.minutes ?? 1) * 60)
  const settings: Settings = {
    seed: Number(values.seed),
    milliseconds: seconds * 1_000,
    rate: Number(values.rate),
    postgres: values.postgres,
    faults: values.faults?.split(',').map(name => called(name, FAULTS, 'fault').name),
    keep: values.keep,
  }
  checkNumbers(settings)
  return { settings, without: protectionsOf(values), wants: values }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (error) {
    throw new WrongUsage(`${(error as Error).message}\n\n${USAGE}`)
  }
}

/** The protections that are to be taken out of the code, each in runs of its own. */
function protectionsOf({ proofs, without }: ReturnType<typeof parse>): readonly Protection[] {
  if (proofs) return PROTECTIONS
  return without === undefined ? [] : [called(without, PROTECTIONS, 'protection')]
}

function checkNumbers({ seed, milliseconds, rate, postgres }: Settings): void {
  const areAbove = [seed, milliseconds, rate].every(number => Number.isFinite(number) && number > 0)
  if (!areAbove) throw new WrongUsage(`a number above 0 is expected\n\n${USAGE}`)
  if (!/^1[2-8]$/.test(postgres))
    throw new WrongUsage(`there is no PostgreSQL ${postgres} here; 12 to 18 are`)
}

function called<One extends { readonly name: string }>(name: string, all: readonly One[], kind: string): One {
  const one = all.find(one => one.name === name)
  if (one) return one
  throw new WrongUsage(`there is no ${kind} ${name}; there are ${all.map(({ name }) => name).join(', ')}`)
}
