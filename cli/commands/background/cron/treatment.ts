import { type Command, Option } from 'commander'
import type { CronOptions } from '../../../../background/operator.ts'
import { duration, wholeNumber } from '../../../options.ts'

/** How the jobs of an entry are to be treated, and what is to become of ticks that were missed, as flags say it. */
export interface TreatmentFlags {
  readonly tz?: string
  readonly queue?: string
  readonly priority?: number
  readonly attempts?: number
  readonly key?: string
  readonly keyMode?: CronOptions['keyMode']
  readonly missed?: CronOptions['missed']
  readonly fill?: number
  readonly cap?: number
}

/** Adds the flags of {@link TreatmentFlags}. */
export function withTreatment(command: Command): Command {
  const keyMode = new Option('--key-mode <mode>', 'with a key: what a tick does to a job that waits')
  const missed = new Option('--missed <policy>', 'what to do about missed ticks')
  return command
    .option('--tz <zone>', 'the time zone in which it is meant')
    .option('-q, --queue <name>', 'the queue its jobs wait in')
    .option('--priority <number>', 'lower runs first', wholeNumber(-32_768, 32_767))
    .option('--attempts <number>', 'how often a job is tried', wholeNumber(1, 32_767))
    .option('--key <key>', 'a tick replaces the job of the one before if that still waits')
    .addOption(keyMode.choices(['replace', 'preserve_run_at', 'unsafe_dedupe']))
    .addOption(missed.choices(['skip', 'once', 'all']))
    .option('--fill <duration>', 'how far back missed ticks are made up for: 4h', duration)
    .option('--cap <number>', 'how many missed ticks are made up for at most', wholeNumber(1, 1_000))
}

/** What was given of it, by the names that it has in code. */
export function treatmentOf(flags: TreatmentFlags): Partial<CronOptions> {
  const { tz: timeZone, queue, priority, attempts: maxAttempts, key, keyMode, missed, fill, cap } = flags
  const all = { timeZone, queue, priority, maxAttempts, key, keyMode, missed, fill, cap }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
