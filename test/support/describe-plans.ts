import { afterAll, beforeAll, describe } from 'vitest'
import type { Call } from '../../framework/executor.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { allOf, type PlanNode, Planner } from './engine-plans.ts'

/** What a statement did when it was executed: the indexes it used, and each step of its plan. */
export interface Executed {
  readonly indexes: readonly string[]
  readonly nodes: readonly PlanNode[]
}

/** Executes statements, for nothing. */
export type Execute = (calls: Promise<Call[]>) => Promise<readonly Executed[]>

const drained = (tables: string) => `
  analyze;
  delete from pg_statistic s using pg_class c
   where c.oid = s.starelid and c.relnamespace = 'background'::regnamespace and c.relkind = 'r' and ${tables};
  ${emptied(tables)}`

const emptied = (tables: string) => `
  update pg_class c set reltuples = 0, relpages = greatest(1, pg_relation_size(oid) / 8192)
   where c.relnamespace = 'background'::regnamespace and c.relkind = 'r' and ${tables}`

/**
 * What the statistics say of large tables that were analyzed between two bursts, when all of their rows had been deleted and
 * few of their pages given back. However many rows there are then, the planner believes in one, of which it may
 * have known more once.
 */
export const DRAINED: Readonly<Record<string, string>> = {
  'that were drained whenever they were analyzed': drained('true'),
  'of which the jobs were drained whenever they were analyzed': drained(`c.relname = 'job'`),
  'of which all but the jobs were drained whenever they were analyzed': drained(`c.relname <> 'job'`),
  'that were drained when they were analyzed last': `analyze; ${emptied('true')}`,
}

/**
 * Describes plans in a database of its own, which `fill` has filled: when the planner knows nothing of what is in
 * it, when it has been analyzed, and when what is known of it is from a moment when it was empty.
 */
export function describePlans(
  what: string,
  fill: readonly string[],
  tests: (execute: Execute) => void,
): void {
  describe.sequential(what, () => {
    let database: TestDatabase
    let planner: Planner

    beforeAll(async () => {
      database = await freshDatabase()
      planner = new Planner(database.url)
      await planner.open()
      for (const step of fill) await database.query(step)
    }, 120_000)
    afterAll(async () => {
      await planner.close()
      await database.drop()
    })

    describe.each([
      ['of which the planner knows nothing', []],
      ['that have been analyzed', ['vacuum analyze']],
      ...Object.entries(DRAINED).map(([name, step]): [string, string[]] => [name, [step]]),
    ])('in tables %s', (_, steps) => {
      beforeAll(async () => {
        for (const step of steps) await database.query(step)
        await planner.forget()
      })
      tests(async calls => {
        const executed: Executed[] = []
        for (const call of await calls) executed.push(executedBy(await planner.plan(call, { analyze: true })))
        return executed
      })
    })
  })
}

function executedBy(plan: PlanNode): Executed {
  const nodes = allOf(plan)
  return { nodes, indexes: nodes.flatMap(({ index }) => index ?? []) }
}
