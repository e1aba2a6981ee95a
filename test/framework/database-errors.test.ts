import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { describeDatabase, explainDatabaseError, explainDenial } from '../../framework/database-errors.ts'
import { KretesError } from '../../framework/errors.ts'

const URL = 'postgres://ann:hunter2@db.example:6543/shop'

function failure(code: string | undefined, message = 'it failed'): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code })
}

test.each([
  [failure('ECONNREFUSED'), 'nothing is listening at db.example:6543', 'start PostgreSQL'],
  [failure('ENOENT'), 'nothing is listening', 'start PostgreSQL'],
  [failure('ENOTFOUND'), 'there is no host called db.example', 'correct the host'],
  [failure('28P01'), 'the password of ann was refused', 'correct user and password'],
  [
    failure(undefined, 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
    'ann needs a password',
    'PGPASSWORD',
  ],
  [
    failure('28000', 'no pg_hba.conf entry for host "10.0.0.1", user "ann", database "shop", no encryption'),
    'only encrypted',
    'sslmode=verify-full',
  ],
  [
    failure('28000', 'no pg_hba.conf entry for host "10.0.0.1", user "ann"'),
    'does not let ann in',
    'pg_hba.conf',
  ],
  [failure('3D000'), 'there is no database called shop', 'createdb -h db.example -p 6543 shop'],
  [failure('53300'), 'no connection left', 'database.poolSize'],
  [failure('57P03'), 'starting up', 'try again'],
  [failure(undefined, 'timeout exceeded when trying to connect'), 'busy for 10 seconds', 'database.poolSize'],
  [failure(undefined, 'Connection terminated due to connection timeout'), 'does not answer', 'firewall'],
  [failure('ETIMEDOUT'), 'does not answer', 'firewall'],
  [failure(undefined, 'The server does not support SSL connections'), 'does not speak TLS', 'remove sslmode'],
  [failure('DEPTH_ZERO_SELF_SIGNED_CERT'), 'the certificate of db.example', 'sslrootcert'],
  [failure('CERT_HAS_EXPIRED'), 'the certificate of db.example', 'sslrootcert'],
  [failure('ECONNRESET'), 'hung up', 'log'],
  [failure(undefined, 'Connection terminated unexpectedly'), 'hung up', 'log'],
  [failure('XX000', 'the disk is on fire'), 'XX000 the disk is on fire', 'log'],
])('%s', (cause, what, hint) => {
  const error = explainDatabaseError(cause, URL)
  expect(error.code).toBe('DATABASE_UNREACHABLE')
  expect(error.message).toContain('cannot reach the database at db.example:6543/shop: ')
  expect(error.message).toContain(what)
  expect(error.hint).toContain(hint)
  expect(error.cause).toBe(cause)
})

test('two refusals of localhost are one refusal', () => {
  const refused = new AggregateError(
    [failure('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432'), failure('ECONNREFUSED')],
    '',
  )
  expect(explainDatabaseError(refused, 'postgres://localhost/shop').message).toContain(
    'nothing is listening at localhost:5432',
  )
})

test('what has been explained is not explained again', () => {
  const error = new KretesError('explained', { code: 'ANY' })
  expect(explainDatabaseError(error, URL)).toBe(error)
})

test('the password appears nowhere, not even when the driver says it', () => {
  const error = explainDatabaseError(failure('XX000', 'cannot parse hunter2'), URL)
  expect(error.message + error.hint).not.toContain('hunter2')
  expect(inspect(explainDatabaseError(failure('28P01'), URL), { depth: 9 })).not.toContain('hunter2')
})

test.each([
  ['postgres://ann:hunter2@db.example/shop', 'db.example:5432/shop'],
  ['postgres://ann@db.example', 'db.example:5432/ann'],
  ['postgres:///shop', 'localhost:5432/shop'],
  ['postgres://ann:hunter2@/shop?host=/tmp', '/tmp:5432/shop'],
  ['postgres://[::1]:6000/shop', '[::1]:6000/shop'],
  ['no url at all', 'localhost:5432/'],
  [undefined, 'localhost:5432/'],
])('%s is described as %s', (url, description) => {
  expect(describeDatabase(url)).toBe(description)
})

test('what the user is not allowed to do names the user and what is missing; other errors stay what they are', () => {
  const denial = failure('42501', 'permission denied for table job')
  expect(explainDenial(denial, URL)).toMatchObject({
    code: 'PERMISSION_DENIED',
    message: 'ann may not do this at db.example:6543/shop: permission denied for table job',
    cause: denial,
  })
  const other = failure('23505')
  expect(explainDenial(other, URL)).toBe(other)
  expect(explainDenial(undefined, URL)).toBeUndefined()
})
