import pg from 'pg'
import { ENGINE_SESSION } from '../../background/engine/session.ts'
import type { Connection } from '../../framework/connection.ts'
import type { Call } from '../../framework/executor.ts'

/** One step of a plan. */
export interface PlanNode {
  readonly type: string
  readonly table: string | undefined
  readonly index: string | undefined
  /** It reads an index from its begin, since no condition says where to look. */
  readonly walks: boolean
  /** A common table expression or the like: executed beside the node it hangs under. */
  readonly aside: boolean
  /** A subquery of which one row is taken, as of an `exists`. */
  readonly single: boolean
  /** Rows that came out, over all loops; only of a plan that was executed. */
  readonly rows: number
  /** Rows that were read and did not fulfil a condition, over all loops. */
  readonly removed: number
  readonly under: readonly PlanNode[]
}

/** What the engine would send, without sending it. */
export async function callsOf(ask: (db: Connection) => Promise<unknown>): Promise<Call[]> {
  const calls: Call[] = []
  const db = {
    run: async (...call: Call) => void calls.push(call),
    runTogether: async (together: readonly Call[]) => void calls.push(...together),
  }
  // the answer is missing, and whoever asked cannot read it
  await ask(db as never).catch(() => {})
  return calls
}

/** A session like those of the engine that explains statements. */
export class Planner {
  readonly #client: pg.Client
  readonly #prepared = new Set<string>()

  constructor(url: string) {
    const options = Object.entries(ENGINE_SESSION).map(
      ([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`,
    )
    this.#client = new pg.Client({ connectionString: url, options: options.join(' ') })
  }

  open(): Promise<unknown> {
    return this.#client.connect()
  }

  /** Plans anew what it is asked to explain from now on. */
  async forget(): Promise<void> {
    await this.#client.query('deallocate all')
    this.#prepared.clear()
  }

  close(): Promise<void> {
    return this.#client.end()
  }

  /** The plan that the server uses for a call. `analyze` also executes it, for nothing. */
  async plan([{ name, text }, values]: Call, { analyze = false } = {}): Promise<PlanNode> {
    if (!this.#prepared.has(name)) await this.#client.query(`prepare ${name} as ${text}`)
    this.#prepared.add(name)
    const given = values.map(value => (value === null ? 'null' : pg.escapeLiteral(String(value))))
    await this.#client.query('begin')
    const explain = `explain (format json${analyze ? ', analyze, timing off' : ''})`
    const { rows } = await this.#client.query(
      `${explain} execute ${name}${given.length > 0 ? `(${given.join()})` : ''}`,
    )
    await this.#client.query('rollback')
    return nodeOf(rows[0]['QUERY PLAN'][0].Plan)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as the server explains it
function nodeOf(plan: any): PlanNode {
  return {
    type: plan['Node Type'],
    table: plan['Relation Name'],
    index: plan['Index Name'],
    walks: 'Index Name' in plan && !('Index Cond' in plan),
    aside: plan['Parent Relationship'] === 'InitPlan',
    single: plan['Parent Relationship'] === 'InitPlan' && !plan['Subplan Name'].startsWith('CTE'),
    rows: (plan['Actual Rows'] ?? 0) * (plan['Actual Loops'] ?? 0),
    removed: (plan['Rows Removed by Filter'] ?? 0) * (plan['Actual Loops'] ?? 0),
    under: (plan.Plans ?? []).map(nodeOf),
  }
}

/** The node and all that are under it. */
export function allOf(node: PlanNode): PlanNode[] {
  return [node, ...node.under.flatMap(allOf)]
}

/** The node and all that feed it. */
export function inputsOf(node: PlanNode): PlanNode[] {
  return [node, ...node.under.filter(input => !input.aside).flatMap(inputsOf)]
}

/** The nodes that are read to their end, however much is there: nothing above them stops when it has enough. */
export function readWhole(node: PlanNode): PlanNode[] {
  return node.type === 'Limit' || node.single ? [] : [node, ...node.under.flatMap(readWhole)]
}
