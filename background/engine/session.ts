/**
 * How the engine's own connections plan. Its tables are empty one minute and hold a million rows the next, so
 * what the planner believes about them is always old: a plan made for an empty table would be a sequential
 * scan and would be kept. Every statement here is written for one index path, and these switches leave only that.
 */
const PLANS: Readonly<Record<string, string>> = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_sort: 'off',
  plan_cache_mode: 'force_generic_plan',
  jit: 'off',
}

/** A statement that the server has not finished after so many milliseconds is undone by it. */
export const STATEMENT_TIMEOUT_MS = 25_000

/**
 * How long the server works for somebody who may be gone. A client that lost its connection cannot tell whether its
 * last statement waits for a lock and will happen yet; with a limit it can, some time later. A transaction
 * whose end got lost on the way lets go of its locks.
 */
const LIMITS: Readonly<Record<string, string>> = {
  statement_timeout: `${STATEMENT_TIMEOUT_MS}ms`,
  idle_in_transaction_session_timeout: '10s',
}

/** Each statement sees what was committed before it, whatever the database's default. */
const ISOLATION: Readonly<Record<string, string>> = { default_transaction_isolation: 'read committed' }

export const ENGINE_SESSION: Readonly<Record<string, string>> = { ...PLANS, ...LIMITS, ...ISOLATION }
