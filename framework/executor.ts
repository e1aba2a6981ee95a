/** One SQL statement: prepared once per connection under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** A row as PostgreSQL sends it: columns in order, every value as text. Whoever reads it parses what it needs. */
export type Row = readonly (string | null)[]

/** Where a statement can be run: a connection of ours, or somebody's transaction. */
export interface Executor {
  run(statement: Statement, values: readonly unknown[]): Promise<Row[]>
}

/** A statement with its values, to be sent with others. */
export type Call = readonly [statement: Statement, values: readonly unknown[]]
