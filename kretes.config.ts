import { defineConfig } from '@kretes/background/framework'

/**
 * For `ks` in this repository itself, which runs what is in `tasks/`. There is no database here: until DATABASE_URL
 * says otherwise, it is a PostgreSQL of the project's own in `.kretes/postgres`.
 */
export default defineConfig({
  background: { retention: '2d' },
})
