import { defineConfig } from '@kretes/background/framework'

/** No database: until DATABASE_URL says otherwise, the app brings a PostgreSQL of its own, in `.kretes/postgres`. */
export default defineConfig({
  background: { queues: { email: 4 } },
})
