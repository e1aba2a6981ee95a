type MaybePromise<T> = T | Promise<T>

/**
 * Flags whose jobs a worker leaves alone: a list, or a function that is asked before jobs are taken, so that the answer
 * may change from one moment to the next, for example while a limit is used up.
 */
export type ForbiddenFlags = readonly string[] | (() => MaybePromise<readonly string[] | null | undefined>)
