import { defineConfig } from '@kretes/background/framework'

/**
 * For `ks` in this repository itself, which runs what is in `tasks/`. It names no database: until DATABASE_URL does,
 * there is a PostgreSQL of the project's own in `.kretes/postgres`. The tasks here ask it for little.
 */
export default defineConfig({
  database: { poolSize: 4 },
})
