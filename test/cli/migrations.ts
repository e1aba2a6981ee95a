import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../support/sources.ts'

/** The names of all migrations there are. */
export const MIGRATIONS: readonly string[] = readdirSync(join(REPOSITORY, 'migrations'))
  .filter(name => name.endsWith('.ts'))
  .map(name => name.replace(/\.ts$/, ''))
  .sort()
