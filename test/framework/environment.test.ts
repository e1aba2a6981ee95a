import { expect, test } from 'vitest'
import { databaseUrl, isCI, isProduction, variable, wantsColor } from '../../framework/environment.ts'

test('DATABASE_URL wins over the PG variables', () => {
  const environment = { DATABASE_URL: 'postgres://a/b', PGHOST: 'elsewhere' }
  expect(databaseUrl(environment)).toBe('postgres://a/b')
})

test('an empty variable is not set', () => {
  expect(variable('PORT', { PORT: '' })).toBeUndefined()
  expect(databaseUrl({ DATABASE_URL: '', PGHOST: '' })).toBeUndefined()
})

test.each([
  [
    { PGHOST: 'db', PGPORT: '5433', PGUSER: 'ann', PGPASSWORD: 'p/w@d', PGDATABASE: 'shop' },
    'postgres://ann:p%2Fw%40d@db:5433/shop',
  ],
  [{ PGDATABASE: 'shop' }, 'postgres://localhost/shop'],
  [{ PGUSER: 'ann' }, 'postgres://ann@localhost'],
  [
    { PGHOST: '/var/run/postgresql', PGDATABASE: 'shop' },
    'postgres://localhost/shop?host=%2Fvar%2Frun%2Fpostgresql',
  ],
  [{ PGHOST: '::1', PGPORT: '6000' }, 'postgres://[::1]:6000'],
  [{ PGPASSWORD: 'secret' }, undefined],
  [{}, undefined],
])('%j is the database %s', (environment, url) => {
  expect(databaseUrl(environment)).toBe(url)
})

test('a service file alone is refused, because the driver would ignore it', () => {
  expect(() => databaseUrl({ PGSERVICE: 'shop' })).toThrow(
    expect.objectContaining({ code: 'INVALID_ENVIRONMENT' }),
  )
  expect(databaseUrl({ PGSERVICE: 'shop', DATABASE_URL: 'postgres://a/b' })).toBe('postgres://a/b')
})

test.each([
  [{ CI: 'true' }, true],
  [{ CI: '1' }, true],
  [{ CI: 'false' }, false],
  [{ CI: '' }, false],
  [{}, false],
])('%j: runs in CI is %s', (environment, expected) => {
  expect(isCI(environment)).toBe(expected)
})

test('production is what NODE_ENV says', () => {
  expect(isProduction({ NODE_ENV: 'production' })).toBe(true)
  expect(isProduction({ NODE_ENV: 'development' })).toBe(false)
  expect(isProduction({})).toBe(false)
})

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('%j on a terminal (%s): colour is %s', (environment, isTTY, expected) => {
  expect(wantsColor({ isTTY }, environment)).toBe(expected)
})
