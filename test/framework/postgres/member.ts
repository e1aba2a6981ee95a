import type { KretesError } from '../../../framework/errors.ts'
import { openEmbeddedPostgres } from '../../../framework/postgres/embedded.ts'

/**
 * A process that opens the embedded PostgreSQL, as `ks` does. It prints one line of JSON as soon as it is a
 * member, closes when its standard input says so, and leaves the rest to Node: what leaks keeps it alive.
 */
const [directory = '', binaries, whenOpen = 'stay'] = process.argv.slice(2)
try {
  const postgres = await openEmbeddedPostgres({ directory, ...(binaries ? { binaries } : {}) })
  console.log(JSON.stringify(postgres))
  if (whenOpen === 'close') await postgres.close()
  if (whenOpen === 'stay')
    process.stdin.once('data', () => postgres.close().then(() => process.stdin.destroy()))
} catch (error) {
  const { code, message, hint } = error as KretesError
  console.log(JSON.stringify({ code, message, hint }))
}
