import pg from 'pg'
import type { Call, Row, Statement } from './executor.ts'

const AS_TEXT = {
  rowMode: 'array',
  types: { getTypeParser: () => (value: unknown) => value as never },
} as const
const BEGIN = { name: '', text: 'begin' }
const COMMIT = { name: '', text: 'commit' }

/** Sends `calls` as one transaction, all at once; the error is that of the first that failed. */
export async function sendTogether(client: pg.Client, calls: readonly Call[]): Promise<Row[][]> {
  const all: Call[] = [[BEGIN, []], ...calls, [COMMIT, []]]
  const settled = await Promise.allSettled(all.map(([statement, values]) => send(client, statement, values)))
  const failure = settled.find(result => result.status === 'rejected')
  if (failure) throw failure.reason
  return settled.slice(1, -1).map(result => (result as PromiseFulfilledResult<Row[]>).value)
}

/** Sends one statement, named if it has a name. */
export function send(
  client: pg.Client,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const config = { ...(name === '' ? {} : { name }), text, values: values as unknown[], ...AS_TEXT }
    const query = new TextQuery(config, (error, result) => {
      if (error) reject(error)
      else resolve(result.rows.length > 0 ? (result.rows as unknown as Row[]) : query.texts)
    })
    client.query(query)
  })
}

/**
 * Keeps rows as they arrive. pg would copy each one, value by value, which is a tenth of what a busy worker
 * allocates. Should a later pg call something else than `handleDataRow`, its own rows are the same, only slower.
 */
class TextQuery extends pg.Query {
  readonly texts: Row[] = []

  handleDataRow({ fields }: { readonly fields: Row }): void {
    this.texts.push(fields)
  }
}
