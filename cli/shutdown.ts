import { monotonic, sleep } from '../framework/clock.ts'
import { exitCodeOfSignal } from './exit-codes.ts'

/** What a signal asks for the first time, the second time, and so on. */
type Reaction = (signal: NodeJS.Signals) => void

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** npx passes on the Ctrl-C that the terminal has sent to this process already: one press, two signals. */
const ECHO_MS = 300
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Reacts to each interruption with the next of `reactions`; when there is none left, the process ends at once.
 * The returned function takes that back.
 */
export function onSignals(...reactions: readonly Reaction[]): () => void {
  let count = 0
  let quietUntil = 0
  const listener: Reaction = signal => {
    if (monotonic() < quietUntil) return
    quietUntil = monotonic() + ECHO_MS
    const react = reactions[count++]
    if (react) react(signal)
    else process.exit(exitCodeOfSignal(signal))
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
}

/** How something that runs until it is interrupted hears of it. */
export interface Interruption {
  /** Resolves with the first signal: finish what is under way. */
  readonly asked: Promise<void>
  /** What the second signal does, instead of ending the process: give up what is under way. */
  whenHurried(hurry: () => void): void
  /** Signals do what they always do again. */
  release(): void
}

/** The first signal asks, the second hurries and decides the exit code, the third ends the process. */
export function awaitInterruption(): Interruption {
  let ask: () => void = () => {}
  let hurry: () => void = () => process.exit()
  const asked = new Promise<void>(resolve => {
    ask = resolve
  })
  const release = onSignals(ask, signal => {
    process.exitCode = exitCodeOfSignal(signal)
    hurry()
  })
  return {
    asked,
    release,
    whenHurried(action) {
      hurry = action
    },
  }
}

/** Waits for `work`, which may itself wait for what keeps no process alive, such as an idle connection that closes. */
export async function stayAlive(work: Promise<void>): Promise<void> {
  const done = new AbortController()
  const alive = sleep(LONGEST_TIMER_MS, done.signal)
  await work.finally(() => done.abort())
  await alive
}

/** Ends the process once everything is written: code that a task file loaded may hold it open for ever. */
export async function leave(): Promise<never> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>(resolve => stream.write('', () => resolve()))
  return process.exit()
}
