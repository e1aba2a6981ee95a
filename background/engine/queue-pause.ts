import type { Executor } from '../../framework/executor.ts'
import { statement } from './statement.ts'

/**
 * Promises: from now on no claim takes jobs of the queue; what has been claimed still runs. Paused again, it stays
 * paused since the first time, with the new reason. Index: queue's primary key. Locks: its row.
 */
const PAUSE = statement(
  'queue_pause',
  `
insert into background.queue as q (name, paused_at, paused_by, paused_reason) values ($1, now(), $2, $3)
on conflict (name) do update
  set paused_at = coalesce(q.paused_at, now()), paused_by = excluded.paused_by, paused_reason = excluded.paused_reason
`,
)

export interface Pause {
  readonly by?: string | undefined
  readonly reason?: string | undefined
}

export async function pauseQueue(db: Executor, name: string, { by, reason }: Pause): Promise<void> {
  await db.run(PAUSE, [name, by ?? null, reason ?? null])
}

/** Promises: the queue is not paused. Index: queue's primary key. Locks: its row. */
const RESUME = statement(
  'queue_resume',
  `
update background.queue set paused_at = null, paused_by = null, paused_reason = null
 where name = $1 and paused_at is not null
`,
)

export async function resumeQueue(db: Executor, name: string): Promise<void> {
  await db.run(RESUME, [name])
}
