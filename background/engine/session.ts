/**
 * How the engine's own connections plan. Its tables are empty one minute and hold a million rows the next, so
 * what the planner believes about them is always old: a plan made for an empty table would be a sequential
 * scan and would be kept. Every statement here is written for one index path, and these switches leave only that.
 */
export const ENGINE_SESSION: Readonly<Record<string, string>> = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_sort: 'off',
  plan_cache_mode: 'force_generic_plan',
  jit: 'off',
}
