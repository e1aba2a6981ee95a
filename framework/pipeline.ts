import type pg from 'pg'
import type { Call, Row, Statement } from './executor.ts'

const RAW = { getTypeParser: () => (value: unknown) => value as never }
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
export async function send(
  client: pg.Client,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const result = await client.query<string[]>({
    ...(name === '' ? {} : { name }),
    text,
    values: values as unknown[],
    rowMode: 'array',
    types: RAW,
  })
  return result.rows
}
