import { createRequire } from 'node:module'

/** The version of this package. */
export const VERSION: string = (
  createRequire(import.meta.url)('@kretes/background/package.json') as { version: string }
).version
