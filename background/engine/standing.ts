import type { Row } from '../../framework/executor.ts'
import { FINISHED, type FinishedState } from '../job.ts'

/**
 * What became of a job that something was to be done with: `done`; or why not: it runs, it has finished, there is
 * none, or somebody else was changing it in this instant, so that it is worth asking again.
 */
export type Standing = 'done' | 'running' | FinishedState | 'missing' | 'busy'

export interface Answer {
  readonly id: string
  readonly standing: Standing
}

/**
 * One row for each id of parameter 1, behind the common table expressions of TAKEN_BACK; `done` is a condition on
 * `g.id`. Index: finished_id, for jobs that are not unfinished.
 */
export function standings(done: string): string {
  return `
select g.id, case when ${done} then 'done'
                  when g.id in (select id from running) then 'running'
                  when g.id in (select id from asked) then 'busy'
                  else coalesce((select (array['completed', 'cancelled', 'discarded'])[h.state]
                                   from background.finished h where h.id = g.id limit 1), 'missing') end
  from unnest($1::bigint[]) as g (id)`
}

export function answersOf(rows: readonly Row[]): Answer[] {
  return rows.map(([id, standing]) => ({ id: id as string, standing: standing as Standing }))
}

/** For verbs that take finished jobs out of history: one that is still seen there is just being taken by somebody else. */
export function answersOfTaking(rows: readonly Row[]): Answer[] {
  return answersOf(rows).map(answer =>
    isFinished(answer.standing) ? { ...answer, standing: 'busy' } : answer,
  )
}

function isFinished(standing: Standing): boolean {
  return (FINISHED as readonly string[]).includes(standing)
}
