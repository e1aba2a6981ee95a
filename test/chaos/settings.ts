import { parseArgs } from 'node:util'

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
  /** The protection that is taken out of the code, to see that somebody notices. */
  readonly without: string | undefined
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

/** What was asked for on the command line. @throws TypeError for what it does not know. */
export function readSettings(args: readonly string[]) {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  const seconds = Number(values.seconds ?? Number(values.minutes ?? 1) * 60)
  const settings: Settings = {
    seed: Number(values.seed),
    milliseconds: seconds * 1_000,
    rate: Number(values.rate),
    postgres: values.postgres,
    faults: values.faults?.split(','),
    without: values.without,
    keep: values.keep,
  }
  for (const number of [settings.seed, settings.milliseconds, settings.rate])
    if (!Number.isFinite(number) || number <= 0)
      throw new TypeError(`a number above 0 is expected\n\n${USAGE}`)
  return { settings, wants: values }
}
