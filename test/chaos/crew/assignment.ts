import type { Recorder } from '../history/recorder.ts'

/** What a process of the crew is told when it is started. */
export interface Assignment {
  readonly name: string
  /** Its own way to the database. */
  readonly url: string
  /** Where it writes what it sees. */
  readonly history: string
  readonly listen: boolean
  readonly seed: number
  /** Jobs in a second, for a producer. */
  readonly rate: number
}

const SAMPLE_MS = 2_000

/** Tells of what must not happen in a process, and how much memory it takes. Ends it when the runner is gone. */
export function stayWatched(recorder: Recorder): void {
  process.on('unhandledRejection', reason => unhandled('rejection', reason))
  process.on('uncaughtException', error => unhandled('exception', error))
  process.on('disconnect', () => process.exit(1))
  setInterval(() => recorder.tell({ event: 'memory', rss: process.memoryUsage.rss() }), SAMPLE_MS).unref()

  function unhandled(what: string, thrown: unknown): void {
    const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    recorder.tell({ event: 'unhandled', error: `${what}: ${error}` })
  }
}
