/** What the server says of itself, whether our schema is there or not. */
export interface ServerHealth {
  readonly version: string
  readonly user: string
  readonly recovering: boolean
  readonly connections: number
  readonly maxConnections: number
  /** Transactions that have been open for more than a minute, the oldest first: what they might still read is kept. */
  readonly holders: readonly Holder[]
}

interface Holder {
  readonly kind: 'session' | 'prepared' | 'slot'
  /** How it is ended: a process id, or a name. */
  readonly name: string
  readonly what: string
  readonly seconds: number
}

/** How our own tables and the jobs in them are. */
export interface SchemaHealth {
  readonly tables: readonly { readonly name: string; readonly live: number; readonly dead: number }[]
  /** The names of the migrations that have been applied. */
  readonly migrations: readonly string[]
  /** Tables that this user may not read and write. */
  readonly forbidden: readonly string[]
  /** Tasks among the newest 10,000 jobs that no living worker knows. */
  readonly unknownTasks: readonly { readonly task: string; readonly count: number }[]
  readonly workers: { readonly alive: number; readonly lost: number; readonly quiet: number }
  readonly pausedQueues: readonly { readonly name: string; readonly seconds: number }[]
}

/** What was found out about the connection itself. */
export interface ConnectionHealth {
  /** Milliseconds for a question and its answer. */
  readonly roundTrip: number
  /** Milliseconds that this machine's clock is ahead of the database's. */
  readonly skew: number
  /** Whether statements go to one server process after the other. */
  readonly pooled: boolean
  /** Milliseconds from a notification to its arrival; undefined when it did not arrive. */
  readonly notified: number | undefined
}

/** One thing that was looked at. */
export interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warning' | 'problem'
  readonly text: string
  /** What to do; undefined when all is well. */
  readonly fix: string | undefined
}

export const ok = (check: string, text: string): Finding => ({ check, status: 'ok', text, fix: undefined })
export const warning = (check: string, text: string, fix: string): Finding => ({
  ...{ check, status: 'warning', text, fix },
})
export const problem = (check: string, text: string, fix: string): Finding => ({
  ...{ check, status: 'problem', text, fix },
})
