/** What a job is told to do; it is its payload. */
export interface Order {
  readonly uid: string
  /** How long it works. */
  readonly ms: number
  /** How many attempts of it fail. */
  readonly fails: number
  /** Whether who gets it tells the runner. */
  readonly calls?: true | undefined
}

/** Somebody asks a producer for one job more. */
export interface Errand {
  readonly task: 'Work' | 'Hang' | 'Block' | 'Kill'
  readonly ms: number
  readonly queue?: string
  readonly calls?: true
}

export const MAX_ATTEMPTS = 3
/** Queues that run their jobs one after the other. */
export const SERIAL_QUEUES = Array.from({ length: 8 }, (_, n) => `serial-${n}`)
/** Queues that run so many jobs at once. */
export const WIDE_QUEUES: Readonly<Record<string, number>> = { 'wide-2': 2, 'wide-5': 5 }
/** Jobs that one worker runs at once. */
export const CONCURRENCY = 12
/** A job that hangs is given up after so many milliseconds. */
export const TIMEOUT_MS = 2_000
/** Of all calls under this key comes one job in so many milliseconds. */
export const LIMITED = { key: 'limited', ms: 1_000 }
export const CRON = { name: 'every-2s', expression: '*/2 * * * * *', ms: 2_000 }
