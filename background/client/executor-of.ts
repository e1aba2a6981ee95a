import { KretesError } from '../../framework/errors.ts'
import type { Executor, Row, Statement } from '../../framework/executor.ts'
import { explainDenialIn } from './denial.ts'

type Values = readonly unknown[]
type Query = (text: string, values: Values) => Promise<readonly object[]>

/**
 * A way to run our statements in somebody's transaction, recognised by its shape and not by its package: Kysely,
 * pg, postgres.js, Drizzle, Prisma and Knex.
 *
 * @throws KretesError `UNKNOWN_TRANSACTION`
 */
export function executorOf(transaction: unknown): Executor {
  const query = queryOf(transaction)
  if (!query) throw unknownTransaction()
  return {
    async run(statement: Statement, values: Values) {
      try {
        return (await query(statement.text, values)).map(toRow)
      } catch (error) {
        throw explainDenialIn(error)
      }
    },
  }
}

// biome-ignore lint/suspicious/noExplicitAny: asking an unknown object what it can do
function queryOf(trx: any): Query | undefined {
  if (trx === null || (typeof trx !== 'object' && typeof trx !== 'function')) return undefined
  if (isFunction(trx.executeQuery)) return (text, values) => kysely(trx, text, values)
  if (isFunction(trx.$queryRawUnsafe)) return (text, values) => trx.$queryRawUnsafe(text, ...values)
  if (isFunction(trx.unsafe)) return (text, values) => trx.unsafe(text, values)
  if (isFunction(trx.raw)) return (text, values) => knex(trx, text, values)
  if (isFunction(trx.query) && !isDrizzle(trx))
    return async (text, values) => (await trx.query(text, values)).rows
  return isDrizzle(trx) ? queryOf(trx.session?.client ?? trx._?.session?.client) : undefined
}

// biome-ignore lint/suspicious/noExplicitAny: see above
async function kysely(trx: any, text: string, values: Values): Promise<object[]> {
  const { CompiledQuery } = await import('kysely')
  return (await trx.executeQuery(CompiledQuery.raw(text, [...values]))).rows
}

/** Knex numbers nothing: its placeholders take the values in the order in which they appear. */
// biome-ignore lint/suspicious/noExplicitAny: see above
async function knex(trx: any, text: string, values: Values): Promise<object[]> {
  const bindings: unknown[] = []
  const template = text.replaceAll('?', '\\?').replace(/\$(\d+)/g, (_, number) => {
    bindings.push(values[Number(number) - 1] ?? null)
    return '?'
  })
  return (await trx.raw(template, bindings)).rows
}

// biome-ignore lint/suspicious/noExplicitAny: see above
function isDrizzle(trx: any): boolean {
  return typeof trx.session === 'object' || typeof trx._?.session === 'object'
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function toRow(row: object): Row {
  return Object.values(row).map(value => (value === null || value === undefined ? null : String(value)))
}

function unknownTransaction(): KretesError {
  return new KretesError('what was given as a transaction can run no query that we know of', {
    code: 'UNKNOWN_TRANSACTION',
    hint: 'give the transaction object of Kysely, pg, postgres.js, Drizzle, Prisma or Knex',
  })
}
