import type { Job } from '../../../background/operator.ts'

/**
 * A job as every command with `--json` writes it: the same properties in every state, null for what it does not
 * have; ids as text, times in ISO 8601, durations in milliseconds.
 */
export function jobAsJson(job: Job) {
  const { id, task, queue, state, priority, runAt, createdAt, attempt, maxAttempts, crashes } = job
  const {
    key,
    tags,
    flags,
    payload,
    worker,
    claimedAt,
    cancelling,
    finishedAt,
    expiresAt,
    ms,
    result,
    error,
  } = job
  return {
    ...{ id, task, queue: queue ?? null, state, priority, runAt, createdAt },
    ...{
      attempt,
      maxAttempts: maxAttempts ?? null,
      crashes: crashes ?? null,
      key: key ?? null,
      tags,
      flags,
      payload,
    },
    ...{ worker: worker ?? null, claimedAt: claimedAt ?? null, cancelling },
    ...{ finishedAt: finishedAt ?? null, expiresAt: expiresAt ?? null, ms: ms ?? null },
    ...{ result: result ?? null, error: error ?? null },
  }
}
